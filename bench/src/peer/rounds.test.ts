import { expect, it } from "vitest";
import type { RunLine } from "./processes.js";
import { alternate } from "./rounds.js";

const line = (other_cores: number | null): RunLine => ({
  examples_per_s: 1,
  median_step_ms: 1,
  peak_rss_mib: 1,
  time_to_first_step_s: 1,
  other_cores,
});

it("runs all systems in turn, each round beginning with another", async () => {
  const order: string[] = [];
  const { runs } = await alternate(["a", "b", "c"], 2, 0.15, (system) => {
    order.push(system);
    return Promise.resolve(line(0));
  });
  expect(order.join("")).toBe("abcbca");
  expect(runs["c"]).toHaveLength(2);
});

it("throws a whole round away when others were busy during one of its runs, and makes another", async () => {
  const busy = [0, 0.2, 0, 0, 0, null];
  const { runs, thrownAway } = await alternate(["a", "b"], 2, 0.15, () =>
    Promise.resolve(line(busy.shift() ?? 0)),
  );
  expect(thrownAway).toBe(1);
  expect(runs["a"]).toHaveLength(2);
  expect(runs["b"]).toHaveLength(2);
});

it("gives up on a machine that never rests", async () => {
  const { runs, thrownAway } = await alternate(["a"], 2, 0.15, () => Promise.resolve(line(1)));
  expect(runs["a"]).toEqual([]);
  expect(thrownAway).toBe(6);
});

it("goes on without a system that fails, and says why", async () => {
  let calls = 0;
  const { runs, failures } = await alternate(["a", "b"], 3, 0.15, (system) => {
    if (system === "b") return Promise.resolve(line(0));
    calls++;
    return Promise.reject(new Error("no int8 here"));
  });
  expect(failures).toEqual({ a: "no int8 here" });
  expect(calls).toBe(1);
  expect(runs["b"]).toHaveLength(3);
});
