import { ConfigError } from "@incipit/core";
import { PretrainedConfig } from "@huggingface/transformers";
import { describe, expect, it } from "vitest";
import { chooseDtype, type Dtype, dtypes, fileSuffix } from "./dtype.js";
import { loadLibrary } from "./library.js";

const { ModelRegistry } = await loadLibrary();
const configOf = (settings: object = {}) =>
  new PretrainedConfig({ model_type: "bert", architectures: ["BertModel"], ...settings });

describe("fileSuffix", () => {
  it.each(dtypes)("names the file that transformers.js names for %s", async (dtype) => {
    const files = await ModelRegistry.get_model_files("bert", { config: configOf(), dtype });
    expect(files).toContain(`onnx/model${fileSuffix(dtype)}.onnx`);
  });
});

describe("chooseDtype", () => {
  it("takes what is asked for, what the model names, or fp32", () => {
    const named = configOf({ "transformers.js_config": { dtype: "q4" } });
    expect(chooseDtype(named, "q8")).toBe("q8");
    expect(chooseDtype(named, undefined)).toBe("q4");
    expect(chooseDtype(configOf(), undefined)).toBe("fp32");
  });

  it("refuses a dtype that nobody knows", () => {
    const unknown = "q3" as Dtype;
    expect(() => chooseDtype(configOf(), unknown)).toThrow(ConfigError);
    expect(() => chooseDtype(configOf(), unknown)).toThrow('Unknown dtype "q3"; expected fp32, fp16, q8');
  });
});
