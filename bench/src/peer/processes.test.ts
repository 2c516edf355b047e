import { fileURLToPath } from "node:url";
import { RuntimeError } from "@incipit/core";
import { expect, it } from "vitest";
import { missingPeer, runProgram } from "./processes.js";

const node = (script: string) => ({ command: process.execPath, args: ["-e", script] });
const line = {
  examples_per_s: 1,
  median_step_ms: 2,
  peak_rss_mib: 3,
  time_to_first_step_s: 4,
  other_cores: null,
};

it("reads the last line that a program prints", async () => {
  const printing = node(`console.log("warming up"); console.log(process.argv[1])`);
  expect(await runProgram(printing, [JSON.stringify({ ...line, system: "x" })])).toEqual({
    ...line,
    system: "x",
  });
});

it("says why a program failed, or that it measured nothing", async () => {
  await expect(runProgram(node(`console.error("a\\nb: no model"); process.exit(1)`), [])).rejects.toThrow(
    /It failed: .*\nb: no model/,
  );
  await expect(runProgram(node(`console.log("{}")`), [])).rejects.toThrow(RuntimeError);
});

it("says what is missing to run the peer", async () => {
  const here = fileURLToPath(import.meta.url);
  expect(await missingPeer("python3", undefined)).toContain("--peer-script");
  expect(await missingPeer("python3", "/nowhere/peft_bench.py")).toContain("/nowhere/peft_bench.py");
  expect(await missingPeer("/nowhere/python", here)).toContain("no such program");
  expect(await missingPeer(process.execPath, here)).toContain("--peer-python");
});
