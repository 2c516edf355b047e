import { PassThrough } from "node:stream";
import type { EvaluationEvent, StepEvent, TrainEvent } from "@incipit/core";
import { expect, it } from "vitest";
import { showProgress } from "./progress.js";

const total = 40;

function step(number: number): StepEvent {
  const loss = 1 / number;
  return {
    type: "step",
    step: number,
    totalSteps: total,
    epoch: 0,
    loss,
    gradientNorm: 1,
    rate: 1,
    examples: 8,
  };
}

const evaluation: EvaluationEvent = {
  type: "evaluation",
  step: total,
  metrics: { accuracy: 0.875, logLoss: 0.25 },
  best: true,
};

/** What a run looks like on a terminal or elsewhere. */
async function shown(events: readonly TrainEvent[], isTTY: boolean): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100 });
  const progress = showProgress(stream as unknown as NodeJS.WriteStream);
  for (const event of events) await progress.listen(event);
  progress.stop();
  return String(stream.read() ?? "");
}

const steps = Array.from({ length: total }, (_, i) => step(i + 1));

it("prints a line now and then where there is no terminal", async () => {
  const lines = (await shown([...steps, evaluation], false)).trim().split("\n");
  expect(lines).toHaveLength(21);
  expect(lines[0]).toMatch(/^update 2\/40 \| loss 0\.5000 \| \d+ examples\/s \| \d+ s left$/);
  expect(lines[20]).toBe("update 40: validation accuracy 0.8750, log loss 0.2500, the best so far");
});

it("draws a bar on a terminal, and gives the cursor back", async () => {
  const drawn = await shown([step(10), evaluation, step(20)], true);
  expect(drawn).toMatch(/█{5}░{15} 25% \| update 10\/40 \| loss 0\.1000 \| \d+ examples\/s/);
  expect(drawn.endsWith("\n")).toBe(true);
  const [hide, show] = ["\u001b[?25l", "\u001b[?25h"];
  expect(drawn.lastIndexOf(show)).toBeGreaterThan(drawn.lastIndexOf(hide));
});

it("shows nothing of a run that made no update", async () => {
  expect(await shown([], true)).toBe("");
});
