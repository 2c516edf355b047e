import { ConfigError, RuntimeError } from "@incipit/core";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, test } from "vitest";
import { type BackendName, chooseBackend, type Load, openBackend } from "./backend.js";

/** A TensorFlow package: loading it registers its backend. */
function installed(packageName: string, device = {}): Load {
  return (name) => {
    if (name !== packageName) return Promise.reject(notInstalled(name));
    tf.registerBackend("tensorflow", () => Object.assign(new MathBackendCPU(), device));
    return Promise.resolve();
  };
}

function notInstalled(name: string): Error {
  return Object.assign(new Error(`Cannot find package '${name}' imported from here`), {
    code: "ERR_MODULE_NOT_FOUND",
  });
}

afterEach(() => {
  if ("tensorflow" in tf.engine().registryFactory) tf.removeBackend("tensorflow");
});

describe("chooseBackend", () => {
  test("takes WASM where no TensorFlow package is installed, and says so", async () => {
    const { name, reason } = await chooseBackend();
    expect(name).toBe("wasm");
    expect(tf.getBackend()).toBe("wasm");
    expect(reason).toBe(
      "TF.js uses WASM with SIMD: tfjs-node-gpu is not installed; tfjs-node is not installed.",
    );
  });

  test("takes the backend asked for", async () => {
    const { name, reason } = await chooseBackend({ backend: "cpu" });
    expect(name).toBe("cpu");
    expect(tf.getBackend()).toBe("cpu");
    expect(reason).toBe("TF.js uses plain JavaScript: asked for by name.");
  });

  test("starts a backend once and comes back to it", async () => {
    const first = await chooseBackend();
    await chooseBackend({ backend: "cpu" });
    expect(await chooseBackend()).toBe(first);
    expect(tf.getBackend()).toBe("wasm");
  });

  test("refuses a backend that there is not", async () => {
    const backend = "webgl" as BackendName;
    await expect(chooseBackend({ backend })).rejects.toThrow(ConfigError);
    await expect(chooseBackend({ backend })).rejects.toThrow(/"webgl"; choose one of tfjs-node-gpu/);
  });

  test("fails when the backend asked for is not installed", async () => {
    const choice = chooseBackend({ backend: "tfjs-node" });
    await expect(choice).rejects.toThrow(RuntimeError);
    await expect(choice).rejects.toThrow(/^chooseBackend: tfjs-node is not installed; choose another/);
  });
});

describe("openBackend", () => {
  test("prefers the GPU", async () => {
    const load = installed("@tensorflow/tfjs-node-gpu", { isUsingGpuDevice: true });
    const { name, reason } = await openBackend({}, load);
    expect(name).toBe("tfjs-node-gpu");
    expect(tf.getBackend()).toBe("tensorflow");
    expect(reason).toBe("TF.js uses TensorFlow on the GPU: the fastest there is.");
  });

  test("says when the GPU package found no GPU", async () => {
    const load = installed("@tensorflow/tfjs-node-gpu", { isUsingGpuDevice: false });
    expect((await openBackend({}, load)).reason).toContain("(tfjs-node-gpu found no GPU)");
  });

  test("takes tfjs-node next", async () => {
    const { name, reason } = await openBackend({}, installed("@tensorflow/tfjs-node"));
    expect(name).toBe("tfjs-node");
    expect(reason).toBe("TF.js uses TensorFlow on the CPU: tfjs-node-gpu is not installed.");
  });

  test("goes on, and says why, when an installed package does not start", async () => {
    const broken: Load = (name) =>
      Promise.reject(new Error(`libcudart.so.11.0 of ${name}: cannot open shared object file\n  at …`));
    const { name, reason } = await openBackend({}, broken);
    expect(name).toBe("wasm");
    expect(reason).toContain("tfjs-node-gpu does not start (libcudart.so.11.0 of ");
    expect(reason).not.toContain("\n");
  });

  test("fails with the cause when the backend asked for does not start", async () => {
    const cause = new Error("no GLIBC");
    const opening = openBackend({ backend: "tfjs-node" }, () => Promise.reject(cause));
    await expect(opening).rejects.toMatchObject({
      name: "RuntimeError",
      message: expect.stringContaining("tfjs-node does not start (no GLIBC)") as string,
      cause,
    });
  });
});
