/** @file Answers that a prompt generates, compared with those that are given. */
import { type Adapter, restoreGenerator } from "@incipit/adapter";
import type { Backbone, Tokenizer } from "@incipit/core";
import { encodeExamples, type TextExample } from "@incipit/data";
import { generateTexts } from "@incipit/generation";
import { bleuMetric, chrfMetric, rougeMetric } from "@incipit/metrics";

/** How well generated answers agree with those given. */
export interface AnswerValues {
  /** Share of answers that are those given, letter by letter. */
  readonly exactMatch: number;
  /** From 0 to 100, as sacreBLEU computes it. */
  readonly bleu: number;
  /** From 0 to 100, as sacreBLEU computes it. */
  readonly chrf: number;
  /** From 0 to 1, as `rouge_score` computes it. */
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeL: number;
}

/** How many answers are generated at once. */
const BATCH = 16;

/**
 * The most probable answers, token by token, to the texts of examples, compared with their labels.
 * @param maxLength longest text that is read, in tokens
 */
export async function scoreAnswers(
  adapter: Adapter,
  backbone: Backbone,
  examples: readonly TextExample[],
  maxLength: number,
): Promise<AnswerValues> {
  const { tokenizer } = backbone;
  const generator = await restoreGenerator(adapter, backbone);
  const [bleu, chrf, rouge] = [bleuMetric(), chrfMetric(), rougeMetric()];
  let exact = 0;
  // As long as the longest of those given: what goes on longer than that is wrong already.
  const maxNewTokens = Math.max(...examples.map(({ label }) => tokenizer.encode(label).ids.length));
  try {
    for (let first = 0; first < examples.length; first += BATCH) {
      const some = examples.slice(first, first + BATCH);
      const generated = await generateTexts({
        ...generator,
        tokenizer: truncating(tokenizer, maxLength),
        texts: some.map(({ text }) => text),
        maxNewTokens,
      });
      const answers = generated.map(({ text }) => text.trim());
      const given = some.map(({ label }) => [label.trim()]);
      for (const metric of [bleu, chrf, rouge]) metric.update(answers, given);
      exact += answers.filter((answer, i) => answer === given[i]?.[0]).length;
    }
  } finally {
    await generator.step.dispose();
  }
  const { rouge1, rouge2, rougeL } = rouge.values();
  return {
    exactMatch: exact / examples.length,
    bleu: bleu.values().bleu,
    chrf: chrf.values().chrf,
    ...{ rouge1, rouge2, rougeL },
  };
}

/** The tokenizer, cutting off texts where training does. */
function truncating(tokenizer: Tokenizer, maxLength: number): Tokenizer {
  return {
    ...tokenizer,
    encode: (text) => encodeExamples(tokenizer, [{ text }], { maxLength })[0] ?? { ids: [] },
  };
}
