import { mkdtempSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Adapter } from "@incipit/adapter";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeTinyModel } from "../test/tiny-model.js";
import { openBackbone } from "./backbone.js";
import { asTrained } from "./prediction/open.js";

let model = "";

beforeAll(async () => {
  model = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  await writeTinyModel(model, 1);
  await rename(join(model, "onnx/model.onnx"), join(model, "onnx/model_quantized.onnx"));
  await writeTinyModel(model);
});

afterAll(() => {
  rmSync(model, { recursive: true });
});

async function fingerprint(dtype?: "fp32" | "q8"): Promise<string> {
  const backbone = await openBackbone({ model, dtype });
  await backbone.dispose();
  return backbone.fingerprint;
}

it("of a folder, the dtype chooses the file", async () => {
  const full = await fingerprint();
  expect(await fingerprint("fp32")).toBe(full);
  expect(await fingerprint("q8")).not.toBe(full);
});

it("a prompt is used on the dtype and precision that it was trained on, unless others are asked for", () => {
  const adapter: Adapter = { parameters: {}, provenance: { options: { dtype: "q8", precision: "int8" } } };
  const trained = { dtype: "q8", precision: "int8" } as const;
  expect(asTrained(adapter, { model })).toEqual({ model, ...trained });
  expect(asTrained(adapter, { model, dtype: "q4" })).toEqual({ model, ...trained, dtype: "q4" });
  expect(asTrained(adapter, { model, precision: "fp32" })).toEqual({ model, ...trained, precision: "fp32" });
  expect(asTrained({ parameters: {} }, { model })).toEqual({ model });
});
