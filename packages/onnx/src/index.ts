export { GraphBuilder, OPSET, type OpOptions } from "./build/builder.js";
export { DATA_TYPE, int64, onnxOps } from "./build/ops.js";
export {
  type AttributeLike,
  float,
  floatAttribute,
  graphAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  tensorAttribute,
} from "./graph/attributes.js";
export type {
  Attribute,
  Attributes,
  Dimension,
  Evaluate,
  Graph,
  Node,
  Value,
  ValueInfo,
} from "./graph/graph.js";
export {
  capturesOf,
  consumersOf,
  describeNode,
  namesIn,
  producersOf,
  sortTopologically,
  usesOf,
} from "./graph/query.js";
