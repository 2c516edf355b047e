/** @file `pnpm bench`: one measured run, one JSON line. */
import { gemmRate } from "./gemm.js";
import { readModelSizes } from "./model-sizes.js";
import { command, type BenchOptions } from "./options.js";
import { formatTimes, profiled } from "./profile.js";
import { report } from "./report.js";
import { run, type Measurement } from "./run.js";

command.action(async (options) => {
  const sizes = await readModelSizes(options.model);
  const measurement = options.profile === true ? await runProfiled(options) : await run(options);
  const gemm = options.gemmSeconds > 0 ? await gemmRate(gemmOptions(options, sizes, measurement)) : undefined;
  const versions = { node: process.versions.node };
  console.log(JSON.stringify(report({ options, sizes, measurement, gemm, versions })));
});
await command.parseAsync();

/** The run, and on stderr where its time went. */
async function runProfiled(options: BenchOptions): Promise<Measurement> {
  const { result, times } = await profiled((profile) => run(options, profile));
  console.error(formatTimes(times(options.warmup + options.steps)));
  return result;
}

/** Products as large as those of the run. */
function gemmOptions(
  { precision, threads, gemmSeconds }: BenchOptions,
  sizes: Awaited<ReturnType<typeof readModelSizes>>,
  { records }: Measurement,
) {
  const rows = records.flatMap(({ shapes }) => shapes.map((shape) => shape.rows * shape.positions));
  const usual = Math.round(rows.reduce((sum, n) => sum + n, 0) / rows.length);
  return { sizes, rows: usual, precision, threads, seconds: gemmSeconds };
}
