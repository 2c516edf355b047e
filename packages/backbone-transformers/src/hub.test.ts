import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "@huggingface/transformers";
import { ConfigError } from "@incipit/core";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { localHub, type LocalHub } from "../test/local-hub.js";
import type { DownloadProgress } from "./download.js";
import { hubFolder } from "./hub.js";
import { loadLibrary } from "./library.js";

const CASES = new URL("../../testing/test-data/conformance/", import.meta.url);
const BERT = new URL("bert-seqcls/", CASES);

const library = await loadLibrary();
const { remoteHost } = env;
let cacheDir: string;
let hub: LocalHub;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), "incipit-hub-"));
  hub = await localHub({ "tiny/bert": BERT, "tiny/gpt2": new URL("gpt2-causal/", CASES) });
  env.remoteHost = hub.host;
});
afterEach(async () => {
  env.remoteHost = remoteHost;
  await hub.close();
  await rm(cacheDir, { recursive: true });
});

describe("hubFolder", () => {
  it("downloads what the model needs, and reports it", async () => {
    const events: DownloadProgress[] = [];
    const folder = await hubFolder(library, "tiny/bert", {
      cacheDir,
      onProgress: (info) => events.push(info),
    });
    expect(folder).toBe(join(cacheDir, "tiny/bert"));
    for (const file of ["config.json", "tokenizer.json", "onnx/model.onnx"])
      expect(await readFile(join(folder, file))).toEqual(await readFile(new URL(file, BERT)));
    const done = events.flatMap((event) =>
      event.status === "done" && event.file !== undefined ? [event.file] : [],
    );
    expect(done).toContain("tokenizer.json");
    expect(done.some((file) => file.endsWith("onnx/model.onnx"))).toBe(true);
  });

  it("asks for nothing that it has", async () => {
    await hubFolder(library, "tiny/gpt2", { cacheDir });
    const before = hub.requests.length;
    const folder = await hubFolder(library, "tiny/gpt2", { cacheDir });
    expect(folder).toBe(await hubFolder(library, "tiny/gpt2", { cacheDir, offline: true }));
    expect(hub.requests.length).toBe(before);
  });

  it("asks for nothing offline, and says what is missing, where, and what to do", async () => {
    const load = hubFolder(library, "tiny/bert", { cacheDir, offline: true });
    await expect(load).rejects.toThrow(ConfigError);
    await expect(load).rejects.toThrow(
      `tiny/bert: config.json, tokenizer.json, tokenizer_config.json not found in ${join(cacheDir, "tiny/bert")}`,
    );
    await expect(load).rejects.toThrow("Load the model once without `offline`");
    expect(hub.requests).toEqual([]);
  });

  it("names the file of the dtype that is missing offline", async () => {
    await hubFolder(library, "tiny/bert", { cacheDir });
    const load = hubFolder(library, "tiny/bert", { cacheDir, dtype: "q4", offline: true });
    await expect(load).rejects.toThrow("onnx/model_q4.onnx not found");
  });

  it("keeps revisions apart", async () => {
    const folder = await hubFolder(library, "tiny/bert", { cacheDir, revision: "v2" });
    expect(folder).toBe(join(cacheDir, "tiny/bert/v2"));
    expect(await readFile(join(folder, "config.json"))).toEqual(await readFile(new URL("config.json", BERT)));
    await expect(hubFolder(library, "tiny/bert", { cacheDir, offline: true })).rejects.toThrow(ConfigError);
  });

  it("takes what the user keeps for transformers.js", async () => {
    const { localModelPath } = env;
    onTestFinished(() => {
      env.localModelPath = localModelPath;
    });
    env.localModelPath = fileURLToPath(CASES);
    expect(await hubFolder(library, "bert-seqcls", { cacheDir })).toBe(
      join(env.localModelPath, "bert-seqcls"),
    );
    expect(hub.requests).toEqual([]);
  });

  it("is offline where transformers.js is", async () => {
    env.allowRemoteModels = false;
    onTestFinished(() => {
      env.allowRemoteModels = true;
    });
    await expect(hubFolder(library, "tiny/bert", { cacheDir })).rejects.toThrow(
      "offline, nothing is downloaded",
    );
  });

  it("says that the model or the dtype is not there", async () => {
    await expect(hubFolder(library, "tiny/none", { cacheDir })).rejects.toThrow(
      /tiny\/none: .*config.json.*Check the id/s,
    );
    await expect(hubFolder(library, "tiny/bert", { cacheDir, dtype: "q4" })).rejects.toThrow(
      /model_q4.onnx.*the dtype/,
    );
  });

  it("says that there is no network", async () => {
    env.remoteHost = "http://127.0.0.1:1/";
    const load = hubFolder(library, "tiny/bert", { cacheDir });
    await expect(load).rejects.toThrow(ConfigError);
    await expect(load).rejects.toThrow(/fetch failed .*Check the network/);
  });
});
