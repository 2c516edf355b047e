export { GraphBuilder, OPSET, type OpOptions } from "./build/builder.js";
export { onnxOps } from "./build/ops.js";
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
export { extractSubgraph, mapSubgraphs, renameUses, uniqueNames } from "./graph/edit.js";
export type {
  Attribute,
  Attributes,
  Dimension,
  Evaluate,
  Graph,
  Node,
  OutputInfo,
  Shape,
  ShapedValue,
  Shapes,
  Value,
  ValueInfo,
  ValueTensors,
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
export { type FileRegion, inMemory, storedAt } from "./graph/stored-tensor.js";
export { byteLength, DATA_TYPE, dtypeOf, formatType, int64, sizeOf, tensorToBytes } from "./graph/tensors.js";
export { foldConstants, type FoldOptions } from "./passes/fold-constants.js";
export { inlineBranches } from "./passes/inline-branches.js";
export { removeDeadNodes } from "./passes/remove-dead-nodes.js";
export { removeIdentities, type RemoveIdentitiesOptions } from "./passes/remove-identities.js";
export { shareCommonSubexpressions } from "./passes/share-common-subexpressions.js";
export { upgradeOpset, type UpgradeOptions } from "./passes/upgrade-opset.js";
export { widenBfloat16 } from "./passes/widen-bfloat16.js";
export { printGraph, printNode } from "./print.js";
export type { ExternalData, OwnData } from "./serde/context.js";
export { readModel, type ReadOptions } from "./serde/read.js";
export { type ExternalLocation, writeModel, type WriteOptions } from "./serde/write.js";
