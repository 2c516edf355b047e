import { defineConfig } from "vitest/config";

/** For `pnpm vitest` at the root: all tests in one watch. `npm test` runs each workspace through turbo instead. */
export default defineConfig({
  test: { projects: ["packages/*", "apps/*", "bench", "examples", "tests"] },
});
