import { defineConfig } from "vitest/config";

const conditions = ["@incipit/source", "import", "module", "node", "default"];

/** Tests run from the packages' sources, so that no build stands between an edit and its test. */
export const packageTests = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The report is what `npm test` counts, also where turbo restores it instead of running the tests again.
    reporters: ["default", ["json", { outputFile: "reports/vitest.json" }]],
  },
});

export default packageTests;
