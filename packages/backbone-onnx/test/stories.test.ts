import { join } from "node:path";
import { generateTexts } from "@incipit/generation";
import { expect, it } from "vitest";
import { loadModelFolder } from "../src/node.js";

/** A folder with models of the Hugging Face hub; here `stories260K` (karpathy/tinyllamas). */
const models = process.env["INCIPIT_MODELS"];

it.skipIf(models === undefined)(
  "stories260K tells its published story (skipped without INCIPIT_MODELS)",
  async () => {
    const backbone = await loadModelFolder(join(models ?? "", "stories260K"));
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
  },
);
