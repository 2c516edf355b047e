import { expect, test, vi } from "vitest";

test("importing and starting TF.js prints nothing and leaves the process's handlers alone", async () => {
  const written = [
    ...(["log", "info", "warn", "error"] as const).map((method) => vi.spyOn(console, method)),
    ...[process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write")),
  ];
  const handlers = () =>
    ["uncaughtException", "unhandledRejection"].map((e) => process.listeners(e as "uncaughtException"));
  const before = handlers();
  const { chooseBackend, fromTfjs, tfjsOps } = await import("./index.js");
  for (const backend of ["wasm", "cpu"] as const) {
    const { tf } = await chooseBackend({ backend });
    const ops = tfjsOps(tf);
    const sum = tf.tidy(() => ops.add(ops.scalar(1), ops.scalar(2)));
    expect(fromTfjs(sum).data).toEqual(Float32Array.of(3));
    sum.dispose();
  }
  expect(written.flatMap(({ mock }) => mock.calls)).toEqual([]);
  expect(handlers()).toEqual(before);
});
