export { gradient, gradientName, type GradientOptions, valuesToProbe } from "./gradient.js";
export { rules, supportedOperators } from "./registry.js";
export type { InputCotangents, Rule, RuleContext, RuleTable, Vjp } from "./rule.js";
export { probeFeeds, probeShapes, type Shape, type Shapes } from "./shapes.js";
