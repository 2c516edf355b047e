import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Adapter } from "../adapter.js";
import { loadAdapter } from "./load.js";
import { replaceFolder } from "./replace-folder.js";
import { saveAdapter } from "./save.js";

const small: Adapter = { parameters: { "prompt.embeddings": tensor("float32", [1, 2], [1, 2]) } };
const large: Adapter = {
  parameters: { ...small.parameters, "prompt.scale": tensor("float32", [1], [3]) },
  peft: { taskType: "CAUSAL_LM" },
  labels: ["a", "b"],
};
const peft = { taskType: "FEATURE_EXTRACTION" };

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "incipit-adapter-"));
});
afterEach(async () => {
  await rm(parent, { recursive: true });
});

async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const entries = names.map(
    async (name) => [name, (await readFile(join(folder, name))).toString("base64")] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

it("loads what was saved", async () => {
  await saveAdapter(join(parent, "new", "prompt"), large);
  expect(await loadAdapter(join(parent, "new", "prompt"))).toEqual(large);
});

it("writes the same bytes every time", async () => {
  await saveAdapter(join(parent, "one"), large);
  await saveAdapter(join(parent, "two"), large);
  expect(await contents(join(parent, "two"))).toEqual(await contents(join(parent, "one")));
});

it("replaces an adapter as a whole, and leaves nothing beside it", async () => {
  await saveAdapter(join(parent, "prompt"), large);
  await saveAdapter(join(parent, "prompt"), small);
  expect(await loadAdapter(join(parent, "prompt"))).toEqual({ ...small, peft });
  expect(await readdir(join(parent, "prompt"))).not.toContain("incipit.safetensors");
  expect(await readdir(parent)).toEqual(["prompt"]);
});

it("keeps what else is in the folder, and replaces what a link points at", async () => {
  await mkdir(join(parent, "real", "logs"), { recursive: true });
  await writeFile(join(parent, "real", "README.md"), "mine");
  await symlink(join(parent, "real"), join(parent, "link"));
  await saveAdapter(join(parent, "link"), small);
  expect(await readFile(join(parent, "real", "README.md"), "utf8")).toBe("mine");
  expect(await readdir(join(parent, "real"))).toContain("logs");
  expect(await loadAdapter(join(parent, "real"))).toEqual(await loadAdapter(join(parent, "link")));
});

it("leaves everything as it was when it cannot write", async () => {
  await writeFile(join(parent, "file"), "mine");
  const save = saveAdapter(join(parent, "file", "prompt"), small);
  await expect(save).rejects.toThrow(ConfigError);
  await expect(save).rejects.toThrow(/Cannot write the adapter .*prompt: ENOTDIR/);
  expect(await readdir(parent)).toEqual(["file"]);
});

it("leaves the old folder as it was when the new one cannot be finished", async () => {
  const folder = join(parent, "prompt");
  await saveAdapter(folder, large);
  const before = await contents(folder);
  const files = { "incipit.json": new Uint8Array(1), "no/such/place": new Uint8Array(1) };
  await expect(replaceFolder(folder, files, Object.keys(files))).rejects.toThrow("ENOENT");
  expect(await contents(folder)).toEqual(before);
  expect(await readdir(parent)).toEqual(["prompt"]);
});

it("finishes or undoes what a crash interrupted", async () => {
  const folder = join(parent, "prompt");
  await saveAdapter(folder, large);
  await writeFile(join(folder, "README.md"), "mine");
  // Between the two renames: the old folder has been set aside, a part of the new one lies there.
  const { rename } = await import("node:fs/promises");
  await rename(folder, join(parent, ".prompt.old"));
  await mkdir(join(parent, ".prompt.new"));
  await writeFile(join(parent, ".prompt.new", "incipit.json"), "half");
  await saveAdapter(folder, small);
  expect(await readFile(join(folder, "README.md"), "utf8")).toBe("mine");
  expect(await loadAdapter(folder)).toEqual({ ...small, peft });
  expect(await readdir(parent)).toEqual(["prompt"]);
});

it("does not replace the folder that the program runs in", async () => {
  await expect(saveAdapter(".", small)).rejects.toThrow(/the working folder/);
  await expect(saveAdapter("..", small)).rejects.toThrow(/the working folder/);
});

it("says which folder cannot be read, or holds no adapter", async () => {
  await expect(loadAdapter(join(parent, "none"))).rejects.toThrow(/Cannot read the adapter .*none: ENOENT/);
  await expect(loadAdapter(parent)).rejects.toThrow(/holds no adapter/);
});
