import type { Node } from "@incipit/onnx";

/** A node's operator as tables name it: `Add`, `com.microsoft.BiasGelu`. */
export function operatorOf({ domain, opType }: Node): string {
  return domain === "" || domain === "ai.onnx" ? opType : `${domain}.${opType}`;
}
