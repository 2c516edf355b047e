export { inferShapes } from "./infer-shapes.js";
export { type Pass, sequence, type Shape, type ShapedGraph, type ShapedValue } from "./pass.js";
export { pushSelectionsUp } from "./selection/push-selections-up.js";
