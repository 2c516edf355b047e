/** @file `pnpm bench:quality`: whether prompts learn as well on an int8 base as on fp32, by `incipit train` itself. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command } from "@commander-js/extra-typings";
import { FormatError } from "@incipit/core";
import { z } from "zod";
import { whole } from "./options.js";
import { formatQuality, type Quality } from "./quality/format.js";
import { hasQuantisedFile } from "./quantised-file.js";

const execute = promisify(execFile);
const INCIPIT = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

/** The frozen model's arithmetic, as options of `incipit train`; the first is what the others are compared with. */
const FP32 = { name: "fp32", options: ["--precision", "fp32"] };
const INT8 = { name: "int8", options: ["--precision", "int8"] };
const Q8 = { name: "quantised file", options: ["--dtype", "q8"] };

const outcome = z.object({ test: z.object({ values: z.object({ accuracy: z.number() }) }) });

const command = new Command("bench:quality")
  .description(
    "Accuracy on held-out texts of prompts trained on the same model in fp32 and in int8: incipit train with its defaults, a run " +
      "for each seed.",
  )
  .requiredOption(
    "--model <folder>",
    "the model, in the hub's layout; its quantised file, if there is one, is trained too",
  )
  .requiredOption("--train <file>", "texts to learn from, with columns text and label")
  .requiredOption("--test <file>", "texts to judge by")
  .option("--seeds <n>", "how many: 0, 1, 2…", whole(1), 3)
  .option("--epochs <n>", "passes over the data", whole(1), 3)
  .option("--json", "one line of JSON");
command.action(async ({ model, seeds, json }) => {
  const arithmetics = [FP32, INT8, ...((await hasQuantisedFile(model)) ? [Q8] : [])];
  const scratch = await mkdtemp(join(tmpdir(), "incipit-quality-"));
  try {
    const found: Quality[] = [];
    for (const { name, options } of arithmetics) {
      const accuracies: number[] = [];
      for (let seed = 0; seed < seeds; seed++) {
        const out = join(scratch, `${name}-${seed}`);
        accuracies.push(await accuracyOf(["--out", out, "--seed", String(seed), ...options]));
        console.error(`${name}, seed ${seed}: ${accuracies.at(-1)}`);
      }
      found.push({ name, accuracies });
    }
    console.log(json ? JSON.stringify(found) : formatQuality(found));
  } finally {
    await rm(scratch, { recursive: true });
  }
});
await command.parseAsync();

/** Of a prompt that is trained anew, on the texts to judge by. */
async function accuracyOf(options: readonly string[]): Promise<number> {
  const { model, train, test, epochs } = command.opts();
  const { stdout } = await execute(process.execPath, [
    // How this program itself is run from its sources.
    ...process.execArgv,
    ...[INCIPIT, "train", "--model", model, "--data", train, "--test-data", test],
    ...["--epochs", String(epochs), "--quiet", "--json", ...options],
  ]);
  const parsed = outcome.safeParse(JSON.parse(stdout));
  if (!parsed.success) throw new FormatError(`incipit train --json: ${z.prettifyError(parsed.error)}`);
  return parsed.data.test.values.accuracy;
}
