import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@incipit/core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkOutput, checkWritable } from "./output.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "incipit-output-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it("takes a new name, also in folders that are still to be made, and leaves nothing behind", async () => {
  await checkOutput(join(folder, "a/b/prompt"));
  expect(readdirSync(folder)).toEqual([]);
});

it("takes an empty folder, and one with a prompt, ours or PEFT's", async () => {
  const out = join(folder, "prompt");
  mkdirSync(out);
  await expect(checkOutput(out)).resolves.toBeUndefined();
  for (const name of ["incipit.json", "adapter_config.json"]) {
    writeFileSync(join(out, name), "{}");
    writeFileSync(join(out, "notes.txt"), "");
    await expect(checkOutput(out)).resolves.toBeUndefined();
    rmSync(join(out, name));
  }
  await expect(checkOutput(out)).rejects.toThrow(ConfigError);
});

it("looks behind a link", async () => {
  mkdirSync(join(folder, "real"));
  symlinkSync(join(folder, "real"), join(folder, "link"));
  await expect(checkOutput(join(folder, "link"))).resolves.toBeUndefined();
  expect(readdirSync(folder)).toEqual(["link", "real"]);
});

it("refuses what lies below a file, naming the option", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(checkWritable("--curve", join(folder, "file/curve.svg"))).rejects.toThrow(
    /^--curve .+\((ENOTDIR|EEXIST)/,
  );
});
