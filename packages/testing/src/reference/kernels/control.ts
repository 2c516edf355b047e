/** @file Control flow, and operators that pass their input on. */
import { GraphError } from "@incipit/core";
import { graphAttribute } from "@incipit/onnx";
import { input, unsupported, type KernelTable } from "../kernel.js";
import { map } from "../tensor.js";

export const control = {
  Identity: (call) => input(call, 0),
  Dropout: (call) => {
    const x = input(call, 0);
    const ratio = call.inputs[1]?.data[0] ?? 0.5;
    const training = call.inputs[2]?.data[0] ?? 0;
    if (training !== 0 && ratio !== 0) {
      throw unsupported(call, "training mode");
    }
    return [x, map("bool", [x], () => 1)];
  },
  If: (call) => {
    const name = input(call, 0).data[0] === 1 ? "then_branch" : "else_branch";
    const branch = graphAttribute(call.node, name, undefined);
    if (branch === undefined) throw new GraphError(`the node has no ${name}`);
    return call.evaluate(branch);
  },
} satisfies KernelTable;
