import { GraphBuilder, onnxOps, type Value } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { type EvaluateOps, weightedSum } from "@incipit/testing";
import { gradient, gradientName, probeShapes, valuesToProbe } from "../src/index.js";

/** Evaluates with the ONNX interpreter: one graph with its gradients, run by ONNX Runtime. */
export const evaluateOnnx: EvaluateOps = async ({ build, inputs, differentiable: wrt, weights }) => {
  const g = new GraphBuilder();
  const ops = onnxOps(g);
  const declared = Object.entries(inputs).map(([name, { dtype, shape }]): [string, Value] => [
    name,
    g.input(name, dtype, shape),
  ]);
  const output = build(ops, Object.fromEntries(declared));
  g.output(output, "value");
  if (wrt.length === 0) return { value: (await evaluate(g.build(), inputs))["value"]!, gradients: {} };

  g.output(weightedSum(ops, output, weights), "loss");
  const graph = g.build();
  const values = valuesToProbe(graph, "loss", wrt);
  const shapes = await probeShapes(graph, { evaluate, probes: [inputs], values });
  const results = await evaluate(gradient(graph, { loss: "loss", wrt, shapes }), inputs);
  return {
    value: results["value"]!,
    gradients: Object.fromEntries(wrt.map((name) => [name, results[gradientName(name)]!])),
  };
};
