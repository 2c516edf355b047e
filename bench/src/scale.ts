/** @file `pnpm bench:scale`: what a step costs as texts, batches, prompts and models grow. Needs no files: models are made here. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Command } from "@commander-js/extra-typings";
import { DISTURBANCE } from "./machine.js";
import { whole } from "./options.js";
import { sweepSvg } from "./scale/chart.js";
import type { PointCost } from "./scale/measure-point.js";
import { type Point, sweeps } from "./scale/sweeps.js";
import { table } from "./table.js";

const child = import.meta.url.endsWith(".ts") ? "./scale-point.ts" : "./scale-point.js";

const COLUMNS = ["step ms", "least ms", "of peak", "peak MiB", "least MiB", "GFLOP/s", "others"];

const command = new Command("bench:scale")
  .description(
    "Time and memory of a training step against sequence length, batch, virtual tokens and model size.",
  )
  .option("--only <words...>", "the sweeps whose names contain one of these")
  .option("--steps <n>", "that are measured at each point", whole(1), 5)
  .option("--threads <n>", "of ONNX Runtime", whole(1), 2)
  .option("--out <folder>", "where the pictures and the numbers go", join("out", "scale"));
command.action(async ({ only, out, ...options }) => {
  await mkdir(out, { recursive: true });
  const chosen = sweeps.filter(({ name }) => only?.some((word) => name.includes(word)) ?? true);
  for (const { name, points } of chosen) {
    const costs: { label: string; cost: PointCost }[] = [];
    for (const { label, point } of points) costs.push({ label, cost: await costOf(point, options) });
    console.log(`${table([name, ...COLUMNS], costs.map(cells))}\n`);
    const file = join(out, name.replaceAll(" ", "-"));
    await writeFile(`${file}.svg`, sweepSvg(name, costs));
    await writeFile(`${file}.json`, JSON.stringify({ name, points, costs }, null, 2));
  }
  console.log(`Pictures and numbers are in ${out}.`);
});
await command.parseAsync();

async function costOf(
  point: Point,
  options: { readonly steps: number; readonly threads: number },
): Promise<PointCost> {
  const script = fileURLToPath(new URL(child, import.meta.url));
  const args = [...process.execArgv, script, JSON.stringify({ point, ...options })];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as PointCost;
}

function cells({ label, cost }: { readonly label: string; readonly cost: PointCost }): readonly string[] {
  const { stepMs, leastMs, peakMiB, leastMiB, gemmGflops, otherCores } = cost;
  const disturbed = (otherCores ?? 0) > DISTURBANCE ? " (!)" : "";
  return [
    label,
    stepMs.toFixed(1),
    leastMs.toFixed(1),
    (leastMs / stepMs).toFixed(2),
    peakMiB.toFixed(0),
    leastMiB.toFixed(0),
    gemmGflops.toFixed(0),
    `${otherCores?.toFixed(2) ?? "?"}${disturbed}`,
  ];
}
