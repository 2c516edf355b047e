/** @file What the machine was doing while something was timed. Linux tells; elsewhere the numbers are absent. */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** The kernel counts processor time in these; its user interface has had 100 of them a second on every architecture. */
const TICKS_PER_SECOND = 100;

/** Other processes disturb a measurement from here on, in cores. */
export const DISTURBANCE = 0.15;

/** Who took how much of the processor. */
export interface Usage {
  /** Seconds. */
  readonly wall: number;
  readonly ownCores: number;
  /** Of all other processes; undefined where the system does not tell. */
  readonly otherCores: number | undefined;
}

/** Starts to measure; the function that it returns says what happened since. */
export function startMeter(): () => Usage {
  const [busy, cpu, start] = [busySeconds(), process.cpuUsage(), performance.now()];
  return () => {
    const wall = (performance.now() - start) / 1e3;
    const { user, system } = process.cpuUsage(cpu);
    const own = (user + system) / 1e6;
    const now = busySeconds();
    const others = busy === undefined || now === undefined ? undefined : Math.max(0, now - busy - own);
    return { wall, ownCores: own / wall, otherCores: others === undefined ? undefined : others / wall };
  };
}

/** Processor time that anyone has taken since the system started. */
function busySeconds(): number | undefined {
  const line = read("/proc/stat")?.split("\n")[0];
  return line === undefined ? undefined : busySecondsOf(line);
}

/** Of the first line of `/proc/stat`: user, nice, system, irq, softirq and steal; neither idle nor waiting nor, twice, guests. */
export function busySecondsOf(line: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Waits until the other processes rest, at most so many seconds. @returns whether they do */
export async function waitForQuiet(seconds: number): Promise<boolean> {
  const end = performance.now() + 1e3 * seconds;
  while (performance.now() < end) {
    const usage = startMeter();
    await setTimeout(1500);
    if ((usage().otherCores ?? 0) < DISTURBANCE) return true;
  }
  return false;
}

/** Seconds since this process was started, the start of Node included. */
export function secondsSinceStart(): number {
  const stat = read("/proc/self/stat");
  const uptime = read("/proc/uptime");
  if (stat === undefined || uptime === undefined) return performance.now() / 1e3;
  const started = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  return Number(uptime.split(" ")[0]) - started / TICKS_PER_SECOND;
}

/** Largest memory that this process has had at once, mapped files included, in MiB. */
export function peakMemory(): number {
  return statusMiB("VmHWM") ?? process.resourceUsage().maxRSS / 1024;
}

/** Memory of this process now, in MiB. */
export function memory(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

/** Lets `peakMemory` start anew. @returns whether the system can */
export function resetPeakMemory(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}

function statusMiB(key: string): number | undefined {
  const line = read("/proc/self/status")
    ?.split("\n")
    .find((entry) => entry.startsWith(key));
  return line === undefined ? undefined : Number(/\d+/.exec(line)?.[0]) / 1024;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
