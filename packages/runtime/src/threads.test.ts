import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { defaultThreads, physicalCores } from "./threads.js";

const processor = (socket: number, core: number) =>
  `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${core}\ncpu cores\t: 2\n`;

describe("physicalCores", () => {
  it("counts two threads of a core once, and equal numbers on two sockets twice", () => {
    const cpus = [processor(0, 0), processor(0, 1), processor(0, 0), processor(0, 1), processor(1, 0)];
    expect(physicalCores(cpus.join("\n"))).toBe(3);
  });

  it("does not guess where cores are not told apart", () => {
    expect(physicalCores("processor\t: 0\nBogoMIPS\t: 108.00\n\nprocessor\t: 1\n")).toBeUndefined();
    expect(physicalCores("")).toBeUndefined();
  });
});

describe("defaultThreads", () => {
  it("is at least one and no more than the process may use", () => {
    expect(defaultThreads()).toBeGreaterThanOrEqual(1);
    expect(defaultThreads()).toBeLessThanOrEqual(availableParallelism());
  });
});
