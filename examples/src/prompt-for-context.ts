/**
 * @file A few virtual tokens in the place of a long context. A small story model continues stories about Tom the dog; then the
 * context is taken away, and a prompt is trained to stand for it, on the model's own continuations.
 *
 * Needs a causal language model that exists as ONNX with a key/value cache, in the hub's layout (`config.json`, `tokenizer.json`,
 * `onnx/model.onnx`), such as karpathy/tinyllamas' stories260K (MIT), exported with Optimum; takes two minutes with it:
 * `node --conditions=@incipit/source --import tsx examples/src/prompt-for-context.ts --model DIR [--virtual-tokens 8] [--seed 0]`
 *
 * With stories260K, loss per token on texts that were not trained on, by the seed that the texts are drawn with:
 *
 *     seed     without context   with it   with 8 virtual tokens instead
 *     0        1.355             1.158     1.172
 *     1        1.365             1.163     1.176
 *     PyTorch  1.357             1.147     1.168
 *
 * So few texts differ from draw to draw by 0.012 (one standard deviation), in all three numbers together: an unlucky draw gave
 * 1.385, 1.170 and 1.189.
 *
 * The same on the command line, with the texts that `--save texts` writes and seed 0, ends at 1.172:
 *
 *     incipit train --task generate --model DIR --data texts/train.jsonl --test-data texts/test.jsonl --virtual-tokens 8 \
 *       --placement after-first --init "text:Tom was a big brown dog. He liked to swim in the lake with his friend, a frog named Sam." \
 *       --prompt-rate 0.16 --batch-size 32 --epochs 19 --validation 0 --out tom
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import type { Backbone, BatchSource, Encoding } from "@incipit/core";
import { collateText } from "@incipit/data";
import { generateTexts } from "@incipit/generation";
import { causalLanguageModel, modelOutput } from "@incipit/heads";
import { fromText, softPrompt } from "@incipit/prompts";
import { seededRandom, shuffle, tensor } from "@incipit/tensor";
import { fit } from "@incipit/trainer";

const CONTEXT = "Tom was a big brown dog. He liked to swim in the lake with his friend, a frog named Sam.";
const CONTINUATIONS = { train: 512, test: 128, tokens: 96 } as const;
const BATCH_SIZE = 32;
const STEPS = 300;
/** Of AdamW, absolute: the prompt's own unit is taken out again. */
const LEARNING_RATE = 0.05;

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    "virtual-tokens": { type: "string", default: "8" },
    seed: { type: "string", default: "0" },
    save: { type: "string" },
  },
});
if (values.model === undefined) {
  console.error("Give --model DIR: a causal language model in the layout of the Hugging Face hub, such as");
  console.error(
    "karpathy/tinyllamas' stories260K, exported with `optimum-cli export onnx --task text-generation-with-past`.",
  );
  process.exit(2);
}
const backbone = await loadModelFolder(values.model);
const [start = 0] = backbone.tokenizer.encode("").ids;
const context = backbone.tokenizer.encode(CONTEXT, { specialTokens: false }).ids;

const texts = await sampleContinuations(backbone, CONTINUATIONS.train + CONTINUATIONS.test);
const train = texts.slice(0, CONTINUATIONS.train);
const test = texts.slice(CONTINUATIONS.train);
console.log(`${texts.length} continuations of ${context.length} tokens of context, e.g. "${sample(texts)}…"`);
if (values.save !== undefined) await save(values.save, { train, test });
console.log(`loss per token without the context: ${(await lossOf(test, [])).toFixed(3)}`);
console.log(`with the context:                   ${(await lossOf(test, context)).toFixed(3)}`);

const virtualTokens = Number(values["virtual-tokens"]);
const prompt = softPrompt({ virtualTokens, placement: "after-first", init: fromText(CONTEXT) });
const step = await backbone.compile({ prompt, head: modelOutput(), objective: causalLanguageModel() });
await fit({
  step,
  batches: batchesOf(train),
  steps: STEPS,
  learningRates: { prompt: LEARNING_RATE / backbone.embeddings.rms },
  callbacks: [
    (event) => {
      if (event.type === "step" && event.step % 50 === 0)
        console.log(`  step ${event.step}: ${event.loss.toFixed(3)}`);
    },
  ],
}).then(async ({ parameters }) => {
  let [total, count] = [0, 0];
  for (const batch of batchesOf(test).epoch(0)) {
    const result = await step.step(batch, parameters);
    total += result.loss * result.count;
    count += result.count;
  }
  console.log(`with ${virtualTokens} virtual tokens instead:     ${(total / count).toFixed(3)}`);
});
await step.dispose();
await backbone.dispose();

/** What the model writes after the context, drawn at temperature 1 from the most probable 95 %. */
async function sampleContinuations(model: Backbone, count: number): Promise<readonly (readonly number[])[]> {
  const generation = await model.generation?.({});
  if (generation === undefined) throw new Error("This model does not generate text.");
  const found: (readonly number[])[] = [];
  while (found.length < count) {
    const made = await generateTexts({
      step: generation,
      tokenizer: model.tokenizer,
      texts: Array.from({ length: 64 }, () => CONTEXT),
      maxNewTokens: CONTINUATIONS.tokens,
      temperature: 1,
      topP: 0.95,
      endIds: [],
      random: seededRandom(`${values.seed}, ${found.length}`),
    });
    found.push(...made.map(({ ids }) => ids));
  }
  await generation.dispose();
  return found.slice(0, count);
}

/** Writes `train.jsonl` and `test.jsonl`, a text a line. */
async function save(folder: string, parts: Readonly<Record<string, readonly (readonly number[])[]>>) {
  await mkdir(folder, { recursive: true });
  for (const [part, rows] of Object.entries(parts)) {
    const lines = rows.map((ids) => `${JSON.stringify({ text: backbone.tokenizer.decode(ids) })}\n`);
    await writeFile(join(folder, `${part}.jsonl`), lines.join(""));
  }
}

/** The start token and a continuation; only the continuation is predicted. */
function batchesOf(rows: readonly (readonly number[])[], before: readonly number[] = []): BatchSource {
  const random = seededRandom("order");
  return {
    examples: rows.length,
    batches: Math.ceil(rows.length / BATCH_SIZE),
    *epoch(epoch) {
      const order = shuffle(random.stream(String(epoch)), rows);
      for (let first = 0; first < order.length; first += BATCH_SIZE)
        yield batchOf(order.slice(first, first + BATCH_SIZE), before);
    },
  };
}

function batchOf(rows: readonly (readonly number[])[], before: readonly number[]) {
  const encodings = rows.map((row): Encoding => ({ ids: [start, ...before, ...row] }));
  const batch = collateText(encodings, { padId: backbone.tokenizer.padId });
  const [size = 0, seq = 0] = batch["input_ids"]?.shape ?? [];
  const labels = rows.flatMap((row) =>
    Array.from({ length: seq }, (_, i) => row[i - 1 - before.length] ?? -100),
  );
  return { ...batch, labels: tensor("int64", [size, seq], labels) };
}

/** Mean loss per token of the frozen model, no prompt. */
async function lossOf(rows: readonly (readonly number[])[], before: readonly number[]): Promise<number> {
  const frozen = await backbone.compile({ head: modelOutput(), objective: causalLanguageModel() });
  let [total, count] = [0, 0];
  for (const batch of batchesOf(rows, before).epoch(0)) {
    const result = await frozen.step(batch, {});
    total += result.loss * result.count;
    count += result.count;
  }
  await frozen.dispose();
  return total / count;
}

function sample(rows: readonly (readonly number[])[]): string {
  return backbone.tokenizer.decode(rows[0]?.slice(0, 20) ?? []);
}
