import { pipeline } from "node:stream/promises";
import { type Generator, restoreGenerator } from "@incipit/adapter";
import { loadAdapter } from "@incipit/adapter/node";
import { type Backbone, ConfigError } from "@incipit/core";
import { generate, type GenerateOptions, generateTexts } from "@incipit/generation";
import { seededRandom } from "@incipit/tensor";
import { openBackbone } from "../backbone.js";
import type { GenerateCommandOptions } from "../commands/generate.js";
import { asTrained } from "../prediction/open.js";

/** `incipit generate` */
export async function runGeneration(options: GenerateCommandOptions): Promise<void> {
  if (options.model === undefined) {
    throw new ConfigError(
      "--model: the embedded encoder generates no text. Give a decoder or an encoder-decoder.",
    );
  }
  const adapter = options.prompt === undefined ? undefined : await loadAdapter(options.prompt);
  const backbone = await openBackbone(adapter === undefined ? options : asTrained(adapter, options));
  try {
    const generator =
      adapter === undefined ? await withoutPrompt(backbone) : await restoreGenerator(adapter, backbone);
    try {
      await pipeline(printed(generator, backbone, options), process.stdout, { end: false });
    } finally {
      await generator.step.dispose();
    }
  } finally {
    await backbone.dispose();
  }
}

async function withoutPrompt(backbone: Backbone): Promise<Generator> {
  const step = await backbone.generation?.({});
  if (step !== undefined) return { step, parameters: {} };
  throw new ConfigError(
    `--model: "${backbone.name}" generates no text. Give a decoder or an encoder-decoder.`,
  );
}

/** Text after text, each as it goes. */
async function* printed(
  { step, parameters }: Generator,
  { tokenizer }: Backbone,
  options: GenerateCommandOptions,
): AsyncGenerator<string> {
  for (const input of options.text) {
    const settings: GenerateOptions = {
      ...options,
      ...{ step, parameters, tokenizer, texts: [input] },
      random: seededRandom(options.seed),
    };
    const given = step.continues ? input : "";
    if (options.json === true) {
      for (const { ids, text, end } of await generateTexts(settings)) {
        yield `${JSON.stringify({ input, text: given + text, generated: text, tokens: ids.length, end })}\n`;
      }
    } else {
      yield given;
      for await (const { text } of generate(settings)) yield text;
      yield "\n";
    }
  }
}
