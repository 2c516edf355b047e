import { existsSync } from "node:fs";
import { join } from "node:path";
import { generateTexts } from "@incipit/generation";
import { expect, it } from "vitest";
import { loadModelFolder } from "../src/node.js";

/** karpathy/tinyllamas' stories260K in the hub's layout, in the folder that INCIPIT_MODELS names. */
const model = join(process.env["INCIPIT_MODELS"] ?? "no-models", "stories260K");
const present = existsSync(model);
if (!present) console.log("skipped: the test of stories260K, as INCIPIT_MODELS names no folder with it");

it.runIf(present)("stories260K tells its published story", async () => {
  const backbone = await loadModelFolder(model);
  const step = await backbone.generation!({});
  const [story] = await generateTexts({
    ...{ step, tokenizer: backbone.tokenizer },
    texts: ["Once upon a time"],
    maxNewTokens: 160,
  });
  expect(story?.text).toContain(
    ", there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. " +
      "She wanted to play with it, but it was too high.\nLily's mom said, \"Lily, let's go to the park.\" " +
      "Lily was sad and didn't know what to do.",
  );
  await step.dispose();
  await backbone.dispose();
});
