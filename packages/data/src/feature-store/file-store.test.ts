import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ConfigError, FormatError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fileFeatures } from "./file-store.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "incipit-features-"));
});
afterEach(() => rm(folder, { recursive: true }));

const features = { x: tensor("float32", [2, 2], [1, 2, 3, 4]) };
const writer = fileURLToPath(new URL("../../test/write-features.ts", import.meta.url));

/** A process that writes features so many times. */
function startWriter(times: number) {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const options = ["--conditions=@incipit/source", "--import", tsx];
  return spawn(process.execPath, [...options, writer, folder, String(times)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

describe("fileFeatures", () => {
  it("gives back what was saved, bit by bit, and nothing where nothing was", async () => {
    const store = fileFeatures(join(folder, "new", "folder"));
    expect(await store.load("a")).toBeUndefined();
    const floats = fc.float32Array({ minLength: 6, maxLength: 6 });
    const tables = fc.dictionary(
      fc.string().filter((name) => name !== "__metadata__"),
      floats.map((data) => tensor("float32", [3, 2], data)),
      { maxKeys: 3 },
    );
    await fc.assert(
      fc.asyncProperty(tables, fc.stringMatching(/^[0-9a-f]{4}$/), async (saved, fingerprint) => {
        await store.save(fingerprint, saved);
        expect(await store.load(fingerprint)).toEqual({ ...saved });
      }),
      { numRuns: 30 },
    );
  });

  it("leaves one file for each fingerprint, and no other", async () => {
    const store = fileFeatures(folder);
    await store.save("a", features);
    await store.save("b", features);
    await store.save("a", { x: tensor("float32", [1], [5]) });
    expect((await readdir(folder)).toSorted()).toEqual(["a.safetensors", "b.safetensors"]);
    expect((await store.load("a"))?.["x"]?.shape).toEqual([1]);
  });

  it("notices any byte that was changed, and any that is missing", async () => {
    const store = fileFeatures(folder);
    await store.save("a", features);
    const path = join(folder, "a.safetensors");
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (whole[at] ?? 0) ^ 1;
      await writeFile(path, changed);
      await expect(store.load("a")).rejects.toThrow(FormatError);
    }
    for (let length = 0; length < whole.length; length += 7) {
      await writeFile(path, whole.subarray(0, length));
      await expect(store.load("a")).rejects.toThrow(FormatError);
    }
  });

  it("refuses a file that bears another's name", async () => {
    const store = fileFeatures(folder);
    await store.save("a", features);
    await rename(join(folder, "a.safetensors"), join(folder, "b.safetensors"));
    await expect(store.load("b")).rejects.toThrow(
      /b\.safetensors: its fingerprint is a, expected b\. .+ delete it/,
    );
  });

  it("says that a place cannot be written to, or read", async () => {
    await writeFile(join(folder, "file"), "");
    await mkdir(join(folder, "a.safetensors"));
    await expect(fileFeatures(join(folder, "file")).save("a", features)).rejects.toThrow(ConfigError);
    await expect(fileFeatures(folder).save("a", features)).rejects.toThrow(/cannot be stored as .+: E.+/);
    await expect(fileFeatures(folder).load("a")).rejects.toThrow(/cannot be read: EISDIR/);
    expect((await readdir(folder)).toSorted()).toEqual(["a.safetensors", "file"]);
  });

  it("removes what a killed writer left behind, a day later", async () => {
    const [old, young] = ["a.1.safetensors.tmp", "a.2.safetensors.tmp"].map((name) => join(folder, name));
    await writeFile(old!, "half");
    await writeFile(young!, "half");
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
    await utimes(old!, twoDaysAgo, twoDaysAgo);
    await fileFeatures(folder).save("a", features);
    expect((await readdir(folder)).toSorted()).toEqual(["a.2.safetensors.tmp", "a.safetensors"]);
  });

  it("is whole at any moment while two processes write the same, and when one is killed", async () => {
    const store = fileFeatures(folder);
    const [steady, killed] = [startWriter(20), startWriter(1_000_000)];
    const state = { ended: false };
    const ended = once(steady, "close").then(([code]) => {
      state.ended = true;
      return code as number | null;
    });
    await once(killed.stdout, "data");
    const shapes = new Set<string>();
    while (!state.ended) {
      const found = await store.load("shared");
      if (found !== undefined) shapes.add(String(found["x"]?.shape));
    }
    expect(await ended).toBe(0);
    killed.kill("SIGKILL");
    await once(killed, "close");
    expect([...shapes, String((await store.load("shared"))?.["x"]?.shape)]).toEqual(["20000,64", "20000,64"]);
    await store.save("shared", features);
    expect(await store.load("shared")).toEqual(features);
  }, 60_000);
});
