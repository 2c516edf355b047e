import { mergeConfig } from "vitest/config";
import { packageTests } from "../vitest.base.js";

export default mergeConfig(packageTests, {
  test: { include: ["*.test.ts"] },
});
