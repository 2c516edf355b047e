import { evaluateTfjs, runOpsContract } from "../src/index.js";

for (const backend of ["wasm", "cpu"] as const) {
  runOpsContract({ name: `TF.js on ${backend}`, evaluate: evaluateTfjs(backend) });
}
