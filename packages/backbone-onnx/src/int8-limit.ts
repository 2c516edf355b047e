import { GraphBuilder } from "@incipit/onnx";
import { evaluate } from "@incipit/runtime";
import { tensor } from "@incipit/tensor";

const ROWS = 64;

/**
 * The largest integer that weights may be rounded to. Processors without instructions for 8-bit dot products add pairs of
 * products in 16 bits, which 8-bit weights overflow; there it is 63, else 127. Found by such a product, not by the
 * processor's name.
 */
export async function int8Limit(): Promise<63 | 127> {
  const g = new GraphBuilder();
  const x = g.input("x", "float32", [1, ROWS]);
  const weights = g.initializer(
    tensor(
      "int8",
      [ROWS, 1],
      Array.from({ length: ROWS }, () => 127),
    ),
  );
  const scales = g.initializer(tensor("float32", [1], [1 / 127]));
  g.output(g.op("DynamicQuantizeMatMul", [x, weights, scales], {}, { domain: "com.microsoft" }), "y");
  const { y } = await evaluate(g.build(), {
    x: tensor("float32", [1, ROWS], new Float32Array(ROWS).fill(1)),
  });
  return Math.abs(Number(y?.data[0]) - ROWS) < 1 ? 127 : 63;
}
