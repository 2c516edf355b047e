/** @file `pnpm bench:peer`: PEFT and we in turn, on the same models, texts and batches. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "@commander-js/extra-typings";
import { DISTURBANCE } from "./machine.js";
import { fromZero, whole } from "./options.js";
import { formatParity, formatSummary } from "./peer/format.js";
import { missingPeer, type Program, runProgram } from "./peer/processes.js";
import { alternate } from "./peer/rounds.js";
import { type Row, rows, type System } from "./peer/rows.js";
import { parity, summarize } from "./peer/summary.js";

const own = import.meta.url.endsWith(".ts") ? "./bench.ts" : "./bench.js";

const command = new Command("bench:peer")
  .description("Train and evaluate prompts with PEFT and with Incipit in turn, and print the ratios.")
  .requiredOption("--models <folder>", "where export_models.py wrote the models")
  .option("--workload <file>", "the texts (default: workload.jsonl beside the models)")
  .option("--rounds <n>", "undisturbed rounds of each comparison", whole(1), 5)
  .option("--only <words...>", "the comparisons whose names contain one of these")
  .option("--peer-python <path>", "a Python with torch, transformers and peft", "python3")
  .option("--peer-script <path>", "peft_bench.py")
  .option("--threads <n>", "of both", whole(1), 2)
  .option("--wait-quiet <s>", "how long each run waits for other processes to rest", whole(0), 60)
  .option("--others <cores>", "what other processes may take in a round that counts", fromZero, DISTURBANCE)
  .option("--no-parity", "do not compare losses")
  .option("--json", "print JSON")
  .action(compare);
type PeerOptions = ReturnType<typeof command.opts>;
await command.parseAsync();

async function compare(options: PeerOptions): Promise<void> {
  const missing = await missingPeer(options.peerPython, options.peerScript);
  if (missing !== undefined) console.error(`Without PEFT there are no ratios: ${missing}.`);
  const chosen = rows.filter(({ name }) => options.only?.some((word) => name.includes(word)) ?? true);
  const outcomes = [];
  for (const row of chosen) {
    const systems = row.systems.filter(({ peer }) => !peer || missing === undefined);
    const measured = await alternate(
      systems.map(({ name }) => name),
      options.rounds,
      options.others,
      (name) =>
        measure(
          row,
          systems.find((system) => system.name === name),
          options,
        ),
    );
    const summary = summarize(row, measured);
    const compared = missing === undefined && options.parity && row.paritySteps > 0;
    const losses = compared ? await compareLosses(row, options).catch(reasonOf) : undefined;
    outcomes.push({ ...summary, ...(losses && { parity: losses }) });
    if (options.json) continue;
    console.log(formatSummary(summary));
    if (losses) console.log(formatParity(losses));
    console.log();
  }
  if (options.json) console.log(JSON.stringify(outcomes, null, 2));
}

function measure(row: Row, system: System | undefined, options: PeerOptions) {
  const timed = ["--steps", String(row.steps), "--wait-quiet", String(options.waitQuiet)];
  return runProgram(programOf(system?.peer ?? false, options), [
    ...inputsOf(row, options),
    ...timed,
    ...(system?.args ?? []),
  ]);
}

/** Both from the same initial values. */
async function compareLosses(row: Row, options: PeerOptions) {
  const folder = await mkdtemp(join(tmpdir(), "incipit-bench-"));
  try {
    const init = join(folder, "init.json");
    const traced = [
      ...inputsOf(row, options),
      "--steps",
      String(row.paritySteps),
      "--warmup",
      "0",
      "--trace",
    ];
    const theirs = await runProgram(programOf(true, options), [...traced, "--dump-init", init]);
    const ours = await runProgram(programOf(false, options), [
      ...traced,
      ...["--prompt-init", init, "--gemm-seconds", "0"],
      ...(row.args.includes("seqcls") ? ["--head-init", init] : []),
    ]);
    return parity(ours.losses ?? [], theirs.losses ?? []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function inputsOf(row: Row, { models, workload, threads }: PeerOptions): readonly string[] {
  return [
    ...["--model", join(models, row.model)],
    ...["--workload", workload ?? join(models, "workload.jsonl")],
    ...["--threads", String(threads)],
    ...row.args,
  ];
}

function programOf(peer: boolean, { peerPython, peerScript }: PeerOptions): Program {
  if (peer) return { command: peerPython, args: [peerScript ?? ""] };
  const script = fileURLToPath(new URL(own, import.meta.url));
  return { command: process.execPath, args: [...process.execArgv, script] };
}

function reasonOf(error: unknown): { readonly failed: string } {
  return { failed: error instanceof Error ? error.message : String(error) };
}
