export { fuseGelu } from "./fusion/fuse-gelu.js";
export { scatterCrossEntropy } from "./fusion/scatter-cross-entropy.js";
export { shareErf } from "./fusion/share-erf.js";
export { inferShapes } from "./infer-shapes.js";
export { int8Products, type Int8Options } from "./int8/int8-products.js";
export { type Pass, sequence, type ShapedGraph } from "./pass.js";
export { type Prefix, sharePrefix, type SharePrefixOptions } from "./prefix/share-prefix.js";
export { joinProducts } from "./products/join-products.js";
export { pushSelectionsUp } from "./selection/push-selections-up.js";
