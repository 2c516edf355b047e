/** @file Where the time goes: what ONNX Runtime's own profile says of its kernels. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { table } from "./table.js";

/** One kernel's run, as the profile has it. */
interface Event {
  readonly cat?: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly input_type_shape?: readonly Readonly<Record<string, readonly number[]>>[];
  };
}

/** All kernels of one operator on tensors of one width. */
export interface KernelTime {
  /** Operator, and the last size of what it reads. */
  readonly kernels: string;
  /** Milliseconds and number of runs, of a step. */
  readonly ms: number;
  readonly runs: number;
  readonly share: number;
}

/** Runs something whose sessions write profiles that begin with the path it is given, and adds these up. */
export async function profiled<R>(
  work: (profile: string) => Promise<R>,
): Promise<{ readonly result: R; readonly times: (steps: number) => readonly KernelTime[] }> {
  const folder = await mkdtemp(join(tmpdir(), "incipit-profile-"));
  try {
    const result = await work(join(folder, "session"));
    const files = await readdir(folder);
    const contents = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
    const events = contents.flatMap((content) => JSON.parse(content) as Event[]);
    return { result, times: (steps) => kernelTimes(events, steps) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The kernels that took longest, the longest first. */
export function kernelTimes(events: readonly Event[], steps: number): readonly KernelTime[] {
  const sums = new Map<string, { us: number; runs: number }>();
  let total = 0;
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const widths = args?.input_type_shape
      ?.flatMap((input) => Object.values(input))
      .map((shape) => shape.at(-1));
    const kernels = `${args?.op_name ?? name} ${widths?.slice(0, 2).join(" × ") ?? ""}`;
    const sum = sums.get(kernels) ?? { us: 0, runs: 0 };
    sums.set(kernels, { us: sum.us + dur, runs: sum.runs + 1 });
    total += dur;
  }
  return Array.from(sums, ([kernels, { us, runs }]) => ({
    kernels,
    ms: us / 1e3 / steps,
    runs: runs / steps,
    share: us / total,
  })).sort((a, b) => b.ms - a.ms);
}

/** The first of them as a table. */
export function formatTimes(times: readonly KernelTime[], most = 25): string {
  const rows = times
    .slice(0, most)
    .map(({ kernels, ms, runs, share }) => [
      kernels,
      ms.toFixed(2),
      runs.toFixed(0),
      `${(100 * share).toFixed(1)} %`,
    ]);
  return table(["kernels, last sizes of their inputs", "ms a step", "runs", "share"], rows);
}
