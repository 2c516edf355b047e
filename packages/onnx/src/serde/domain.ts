/** ONNX's own operator set has two names; ours is the empty one. */
export function normalizeDomain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}
