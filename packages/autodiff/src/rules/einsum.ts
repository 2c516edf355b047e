/** @file Sums of products, as an equation has it. */
import { UnsupportedOperatorError } from "@incipit/core";
import { describeNode, stringAttribute, type Value } from "@incipit/onnx";
import type { RuleContext } from "../rule.js";
import { ints } from "./slicing.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The letters of each operand's axes and of the result's: ellipses spelled out, a left-out result too. */
function parse(c: RuleContext): { readonly terms: readonly string[]; readonly output: string } {
  const equation = stringAttribute(c.node, "equation", "").replaceAll(" ", "");
  const [left = "", right] = equation.split("->");
  const written = left.split(",");
  const hidden = written.map((term, i) =>
    term.includes("...") ? c.shape(c.input(i)).length - (term.length - 3) : 0,
  );
  const widest = Math.max(...hidden);
  const unused = Array.from(LETTERS).filter((letter) => !equation.includes(letter));
  // Axes under an ellipsis meet as in broadcasting: counted from the last.
  const spell = (term: string, count: number) =>
    term.replace("...", unused.slice(widest - count, widest).join(""));
  const terms = written.map((term, i) => spell(term, hidden[i] ?? 0));
  if (terms.some((term) => new Set(term).size < term.length)) {
    throw new UnsupportedOperatorError(
      `${describeNode(c.node)}: no gradient for the equation "${equation}", which takes a diagonal.`,
    );
  }
  const letters = Array.from(left).filter((letter) => LETTERS.includes(letter));
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return { terms, output: spell(right ?? `...${once.sort().join("")}`, widest) };
}

/**
 * y = einsum("ab,bc->ac", a, b): the cotangent of an operand is the einsum of g with the other operands, its own letters
 * as the result. Letters that only this operand has are summed over forwards, so g is repeated along them; along letters
 * where this operand has size 1 and was repeated forwards, it is summed.
 */
export function einsumVjp(c: RuleContext, g: Value): readonly (Value | undefined)[] {
  const { terms, output } = parse(c);
  const dims = terms.map((term, i) => {
    const shape = c.shape(c.input(i));
    return new Map(Array.from(term, (letter, axis) => [letter, shape[axis] ?? 1]));
  });
  const isRepeated = (i: number, letter: string) =>
    dims[i]?.get(letter) === 1 && dims.some((sizes) => (sizes.get(letter) ?? 1) !== 1);
  return terms.map((term, i) => {
    if (c.needs[i] !== true) return undefined;
    const rest = terms.filter((_, k) => k !== i);
    const known = new Set([
      ...Array.from(output),
      ...terms.flatMap((other, k) =>
        k === i ? [] : Array.from(other).filter((letter) => !isRepeated(k, letter)),
      ),
    ]);
    const isPresent = (letter: string) => known.has(letter) && !isRepeated(i, letter);
    const partial = c.g.op("Einsum", [g, ...c.node.inputs.filter((_, k) => k !== i)], {
      equation: `${[output, ...rest].join(",")}->${Array.from(term).filter(isPresent).join("")}`,
    });
    const missing = Array.from(term).flatMap((letter, axis) => (isPresent(letter) ? [] : [axis]));
    if (missing.length === 0) return partial;
    return c.g.op("Expand", [c.g.op("Unsqueeze", [partial, ints(c, missing)]), c.shapeOf(c.input(i))]);
  });
}
