import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Physical cores that this process may use: two threads of one core share its arithmetic units, and matrix products
 * keep those busy.
 */
export function defaultThreads(): number {
  return Math.min(availableParallelism(), physicalCores(cpuInfo()) ?? Infinity);
}

/** Linux's description of its processors; elsewhere there is none. */
function cpuInfo(): string {
  try {
    return readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return "";
  }
}

/** The number of different cores in a `/proc/cpuinfo`; undefined where it does not tell them apart. */
export function physicalCores(cpuInfo: string): number | undefined {
  const cores = new Set<string>();
  for (const processor of cpuInfo.split("\n\n")) {
    const core = /^core id\s*: (\d+)$/m.exec(processor)?.[1];
    const socket = /^physical id\s*: (\d+)$/m.exec(processor)?.[1];
    if (core !== undefined) cores.add(`${socket ?? 0}/${core}`);
  }
  return cores.size === 0 ? undefined : cores.size;
}
