import { defineConfig } from "vitest/config";

/** Tests run from the packages' sources, so that no build stands between an edit and its test. */
export const packageTests = defineConfig({
  resolve: { conditions: ["@incipit/source", "import", "module", "node", "default"] },
  ssr: { resolve: { conditions: ["@incipit/source", "import", "module", "node", "default"] } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

export default packageTests;
