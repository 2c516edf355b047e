import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Physical cores that this process may use: two threads of one core share its arithmetic units, and matrix products
 * keep those busy.
 */
export function defaultThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), physicalCores() ?? Infinity));
}

/** Known on Linux only. */
function physicalCores(): number | undefined {
  let text: string;
  try {
    text = readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return undefined;
  }
  const field = (processor: string, name: string) =>
    new RegExp(`^${name}\\s*: (\\d+)$`, "m").exec(processor)?.[1];
  const cores = text
    .split("\n\n")
    .map((processor) => [field(processor, "physical id"), field(processor, "core id")])
    .filter(([, core]) => core !== undefined)
    .map((ids) => ids.join());
  return cores.length === 0 ? undefined : new Set(cores).size;
}
