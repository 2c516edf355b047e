/**
 * @file The main job on real data: prompt-tune the embedded encoder to tell spam from ham, compare what is trained, save the
 * prompt, load it again and use it. `npm run demo`, or `npm run demo -- --seeds 3` for means over three splits.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadUse } from "@incipit/backbone-use";
import { chooseBackend } from "@incipit/tensor/tfjs";
import { trainingCurveSvg } from "@incipit/trainer/plot";
import { loadSpam } from "./spam/load-spam.js";
import { methods, type Result, type Trained } from "./spam-demo/methods.js";
import { progressBar } from "./spam-demo/progress.js";
import { classifyMessages, saveTrained } from "./spam-demo/saved.js";
import { formatResults } from "./spam-demo/table.js";
import { spamTask } from "./spam-demo/task.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    out: { type: "string", default: join("out", "spam-demo") },
  },
});
const seeds = Number(values.seeds);
if (!Number.isInteger(seeds) || seeds < 1) {
  console.error(`--seeds takes a whole number of 1 or more, got "${values.seeds}".`);
  process.exit(2);
}

const bar = progressBar();
const started = performance.now();
const backbone = await loadUse();
console.log(`model: ${backbone.name}, frozen; features on ${(await chooseBackend()).reason}`);
const mails = await loadSpam({ onProgress: bar.over("reading mails") });
bar.stop();

const results: Result[] = [];
let kept: Trained | undefined;
for (let seed = 0; seed < seeds; seed++) {
  const task = await spamTask(backbone, mails, seed, bar.over(`seed ${seed}: encoding`));
  for (const [name, method] of Object.entries(methods)) {
    const trained = await method(task, { seed, onEvent: bar.onEvents(`seed ${seed}: ${name}`) });
    results.push(trained.result);
    if (name === "prompt alone") kept ??= trained;
  }
}
bar.stop();
console.log(`\nHeld-out mails, after training on the same mails for the same number of epochs:\n`);
console.log(formatResults(results));

if (kept !== undefined) {
  await mkdir(values.out, { recursive: true });
  const curve = join(values.out, "training-curve.svg");
  await writeFile(curve, trainingCurveSvg(kept.events, { title: "Prompt alone: telling spam from ham" }));
  const saved = join(values.out, "prompt");
  await saveTrained(saved, backbone, kept);
  console.log(`\nThe prompt is saved in ${saved}, its training curve in ${curve}.`);
  console.log("Loaded again, it says of three new messages:\n");
  for (const { text, label, probability } of await classifyMessages(saved, backbone)) {
    console.log(`  ${label.padEnd(4)} (${(100 * probability).toFixed(0).padStart(3)} %)  ${text}`);
  }
}
console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} seconds.`);
await backbone.dispose();
