import { Command, Option } from "@commander-js/extra-typings";
import { defaults } from "../defaults.js";
import {
  description,
  dtype,
  folder,
  folderOrOff,
  fraction,
  init,
  json,
  labelWords,
  model,
  noQuotes,
  offline,
  pairColumn,
  positive,
  precision,
  scoreColumn,
  threads,
  warmup,
  whole,
  wholeOrOff,
} from "../options.js";

/** `incipit train` */
export const train = new Command("train")
  .description("Learn a prompt from texts; the model itself is not changed.")
  .addOption(
    new Option(
      "--task <kind>",
      "what is learned: to tell the labels of texts, by a head or by words that stand for them, to generate such texts, " +
        "to answer texts, to tag their words, to find answers in them, to tell a number of each, or to tell which are alike",
    )
      .choices([
        "classify",
        "verbalize",
        "generate",
        "seq2seq",
        "tag",
        "qa",
        "regress",
        "similarity",
      ] as const)
      .default("classify" as const),
  )
  .optionsGroup("Data:")
  .requiredOption(
    "--data <file>",
    "training data: a .csv, .tsv or .jsonl file; for --task tag a word and its tag on each line (CoNLL), or .jsonl; for --task qa SQuAD's .json, or .jsonl",
  )
  .option("--test-data <file>", "data to evaluate the finished prompt on")
  .option("--text-column <name>", "column of the text", "text")
  .option("--label-column <name>", "column of the label; for --task regress, of the number", "label")
  .option("--target-column <name>", "for --task seq2seq: column of the answer", "target")
  .addOption(pairColumn())
  .addOption(scoreColumn())
  .addOption(noQuotes())
  .addOption(
    new Option(
      "--validation <fraction>",
      "share of the data held out to choose the best parameters by; 0: keep the last " +
        `(default: ${defaults.validation}, or none where that is fewer than ${defaults.leastHeldOut} examples)`,
    ).argParser(fraction),
  )
  .optionsGroup("Model, prompt and head:")
  .addOption(model())
  .addOption(dtype())
  .addOption(precision())
  .addOption(offline())
  .option("--virtual-tokens <n>", "how many to learn", whole(1), defaults.virtualTokens)
  .option(
    "--init <start>",
    'what they start from: text:"…", labels, vocabulary or random',
    init,
    "vocabulary",
  )
  .addOption(
    new Option(
      "--placement <place>",
      "where they stand (default: behind a first token that the model pools, else in front)",
    ).choices(["front", "after-first"] as const),
  )
  .addOption(
    new Option(
      "--head <kind>",
      "what is read off the model; model: its own classifier, with a logit for each label in the order of their names",
    )
      .choices(["softmax", "label-similarity", "late-fusion", "model"] as const)
      .default("softmax" as const),
  )
  .option(
    "--describe <label=description...>",
    "a label in words, for --head label-similarity and --init labels (default: the label itself)",
    description,
  )
  .option(
    "--template <text>",
    'for --task verbalize: what texts stand in, as "{text} It was {mask}."; without {mask}, the answer follows',
  )
  .option(
    "--words <label=word,word...>",
    "for --task verbalize: single words that stand for a label (default: the label itself)",
    labelWords,
  )
  .option("--feature <name>", "the model's output that the head reads (default: the first pooled one)")
  .addOption(
    new Option("--pooling <way>", "how token states become one vector (default: mean)").choices([
      "mean",
      "mean-all",
      "first",
      "after-prompt",
    ] as const),
  )
  .option(
    "--modules-to-save <module...>",
    "modules of the model that are trained too and saved with the prompt, by the ends of their names, as classifier",
  )
  .option(
    "--stride <n>",
    "for --task qa: how many tokens of a long context each of its windows shares with the one before",
    whole(0),
    defaults.stride,
  )
  .option(
    "--max-answer-tokens <n>",
    "for --task qa: most tokens of an answer",
    whole(1),
    defaults.maxAnswerTokens,
  )
  .option("--max-length <n>", "tokens of a text that are read (default: what the model takes)", whole(1))
  .optionsGroup("Training:")
  .addOption(
    new Option(
      "--train <what>",
      "what is learned; head: no prompt at all (default: both, with --head label-similarity prompt)",
    ).choices(["prompt", "head", "both"] as const),
  )
  .option("--epochs <n>", "passes over the data", whole(1), defaults.epochs)
  .option("--batch-size <n>", "examples per update", whole(1), defaults.batchSize)
  .option(
    "--prompt-rate <rate>",
    "the prompt's learning rate, relative to the size of the model's embeddings",
    positive,
    defaults.promptRate,
  )
  .option("--head-rate <rate>", "the head's learning rate", positive, defaults.headRate)
  .option(
    "--model-rate <rate>",
    "the learning rate of the model's own modules, those of --modules-to-save",
    positive,
    defaults.modelRate,
  )
  .option(
    "--temperature <t>",
    "for --task similarity without scores: the lower, the more only the nearest other texts count",
    positive,
    defaults.temperature,
  )
  .addOption(
    new Option("--schedule <shape>", "how the rates fall")
      .choices(["linear", "cosine", "constant"] as const)
      .default("linear" as const),
  )
  .option(
    "--warmup <n>",
    "updates over which the rates rise; below 1, a fraction of all",
    warmup,
    defaults.warmup,
  )
  .addOption(
    new Option("--optimizer <name>", "how updates are made")
      .choices(["adamw", "adam", "sgd", "adafactor", "lion"] as const)
      .default("adamw" as const),
  )
  .option("--clip <norm>", "largest norm of an update's gradients", positive, defaults.clip)
  .option("--seed <n>", "the same seed gives the same prompt, to the byte", whole(0), defaults.seed)
  .option("--patience <n>", "stop after so many evaluations without a better one", whole(1))
  .option(
    "--micro-batch-tokens <n>",
    "an update's texts run in parts of like length, of so many tokens at most; off: all at once (default: what was fastest)",
    wholeOrOff,
  )
  .addOption(threads())
  .option(
    "--feature-cache <folder>",
    "where what the model says of texts is kept for the next run, with --head late-fusion or --train head; off: nowhere " +
      "(default: in the user's cache folder)",
    folderOrOff,
  )
  .optionsGroup("Output:")
  .requiredOption("--out <folder>", "where the prompt is saved, in PEFT's format", folder)
  .option("--checkpoint-every <n>", "updates between checkpoints (default: an epoch's)", whole(1))
  .option("--resume", "continue an interrupted run; give all other options as before")
  .option("--log <file>", "write what happens as JSON lines")
  .option("--curve <file>", "draw loss and metrics as an SVG picture")
  .addOption(json())
  .option("--quiet", "no progress, only warnings and errors")
  .addHelpText(
    "after",
    `
The state of a run is kept in <out>.checkpoint until training ends. Ctrl-C saves it and says how to go on.

Examples:
  $ incipit train --data reviews.csv --out my-prompt
  $ incipit train --data reviews.csv --out my-prompt --test-data test.csv --curve curve.svg
  $ incipit train --data mails.tsv --text-column body --label-column kind --out spam --model ./MiniLM
  $ incipit train --data reviews.csv --out my-prompt --model Xenova/all-MiniLM-L6-v2 --dtype q8
  $ incipit train --data reviews.csv --out my-prompt --model ./MiniLM --precision int8
  $ incipit train --data reviews.csv --out my-prompt --init text:"Is this review good or bad?"
  $ incipit train --data reviews.csv --out my-prompt --head label-similarity \\
      --describe good="a happy customer" --describe bad="a disappointed customer"
  $ incipit train --task verbalize --data reviews.csv --out my-words --model ./distilbert \\
      --template "{text} It was {mask}." --words good=great,good --words bad=terrible
  $ incipit train --task generate --data stories.jsonl --out my-stories --model ./stories260K
  $ incipit train --task seq2seq --data english-french.tsv --out to-french --model ./t5-small
  $ incipit train --data reviews.csv --out my-prompt --model ./bert-sentiment --head model --modules-to-save classifier
  $ incipit train --task regress --data reviews.csv --label-column stars --out my-stars
  $ incipit train --task similarity --data pairs.csv --out my-vectors --model ./MiniLM
  $ incipit train --task tag --data entities.conll --out my-entities --model ./bert-base-cased
  $ incipit train --task qa --data squad.json --out my-answers --model ./bert-base-cased`,
  );

/** The options of `incipit train`, as given or by default. */
export type TrainCommandOptions = ReturnType<typeof train.opts>;

/** Options that only some tasks know. */
const OF_TASKS = [
  ["labelColumn", ["classify", "verbalize", "regress"]],
  ["pairColumn", ["classify", "verbalize", "seq2seq", "regress", "similarity"]],
  ["scoreColumn", ["similarity"]],
  ["temperature", ["similarity"]],
  ["targetColumn", ["seq2seq"]],
  ["template", ["verbalize"]],
  ["words", ["verbalize"]],
  ["head", ["classify", "tag", "qa"]],
  ["describe", ["classify"]],
  ["feature", ["classify", "tag", "qa", "regress", "similarity"]],
  ["pooling", ["classify", "regress", "similarity"]],
  ["train", ["classify", "tag", "qa", "regress"]],
  ["featureCache", ["classify", "regress"]],
  ["stride", ["qa"]],
  ["maxAnswerTokens", ["qa"]],
] as const satisfies readonly (readonly [
  keyof TrainCommandOptions,
  readonly TrainCommandOptions["task"][],
])[];

train.hook("preAction", () => {
  const { task } = train.opts();
  for (const [name, tasks] of OF_TASKS) {
    if (train.getOptionValueSource(name) !== "cli" || tasks.some((known) => known === task)) continue;
    const option = train.options.find((declared) => declared.attributeName() === name);
    train.error(`error: option '${option?.flags ?? name}' is not for --task ${task}`);
  }
  const { head, modulesToSave } = train.opts();
  if (head === "late-fusion" && modulesToSave !== undefined)
    train.error(
      "error: --head late-fusion learns from what the model said once: there are no --modules-to-save",
    );
});
