import { defineConfig, type Options } from "tsup";

/** The build of every package: ESM, CommonJS and type declarations of the entry points, with source maps. */
export function packageBuild(options: Pick<Options, "entry"> & Partial<Options> = {}) {
  return defineConfig({
    entry: ["src/index.ts"],
    format: ["esm", "cjs"],
    target: "node20",
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    // `import.meta.url` means the file in CommonJS too.
    shims: true,
    ...options,
  });
}
