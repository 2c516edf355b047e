import { runOpsContract } from "@incipit/testing";
import { evaluateOnnx } from "./evaluate-onnx.js";

runOpsContract({ name: "ONNX", evaluate: evaluateOnnx });
