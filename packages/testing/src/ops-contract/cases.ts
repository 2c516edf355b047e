import type { Ops } from "@incipit/core";
import type { CaseTable } from "./case.js";
import { derived } from "./cases/derived.js";
import { elementwise } from "./cases/elementwise.js";
import { indexing } from "./cases/indexing.js";
import { logic } from "./cases/logic.js";
import { movement } from "./cases/movement.js";
import { reductions } from "./cases/reduction.js";

/** Cases of every operation of `Ops<T>`: one without cases does not compile. */
export const opCases: CaseTable<keyof Ops<unknown>> = {
  ...elementwise,
  ...indexing,
  ...logic,
  ...movement,
  ...reductions,
};

/** Cases of the functions that `@incipit/tensor` writes over `Ops<T>`. */
export const derivedCases = derived;
