export { differentiate, gradient, gradientName, type GradientOptions, valuesToProbe } from "./gradient.js";
export { decompose, lower, type LowerOptions } from "./lowering/lower.js";
export { rules, supportedOperators } from "./registry.js";
export type { InputCotangents, NodeContext, Rule, RuleContext, RuleTable, Vjp } from "./rule.js";
export { probeFeeds, probeShapes } from "./shapes.js";
