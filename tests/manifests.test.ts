import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicWorkspaces, root, type Manifest, workspaces } from "../scripts/workspaces.js";
import ownManifest from "./package.json" with { type: "json" };

/** All dependencies of a manifest, of whatever kind, as pairs of name and version range. */
function dependencies(manifest: Manifest): [string, string][] {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  return [dependencies, devDependencies, peerDependencies, optionalDependencies].flatMap((kind = {}) =>
    Object.entries(kind),
  );
}

describe.each(publicWorkspaces)("$folder", ({ directory, folder, manifest }) => {
  test("has the manifest that all published packages have", () => {
    expect(manifest).toMatchObject({
      name: `@incipit/${basename(folder)}`,
      description: expect.stringMatching(/\.$/) as string,
      license: "Apache-2.0",
      type: "module",
      engines: { node: ">=20.12" },
      files: ["dist", "src", "!src/**/*.test.ts"],
      publishConfig: { access: "public" },
    });
  });

  test("offers each entry point as source, as an ES module and as CommonJS, with types", () => {
    const entryPoints = Object.entries(manifest.exports ?? {}).filter(([path]) => path !== "./package.json");
    for (const [, conditions] of entryPoints) {
      const [, name = ""] =
        /^\.\/dist\/(.*)\.js$/.exec((conditions as { import: { default: string } }).import.default) ?? [];
      expect(conditions).toEqual({
        "@incipit/source": expect.stringMatching(/^\.\/src\/.*\.ts$/) as string,
        import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
        require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
      });
    }
  });

  test("has a README", () => {
    expect(existsSync(join(directory, "README.md"))).toBe(true);
  });

  test("is among the dependencies of these tests, so that a change in it reruns them", () => {
    if (folder.startsWith("packages/")) expect(ownManifest.devDependencies).toHaveProperty([manifest.name]);
  });
});

test("our packages depend on each other by workspace:^", () => {
  const ranges = workspaces
    .flatMap(({ manifest }) => dependencies(manifest))
    .filter(([name]) => name.startsWith("@incipit/"))
    .map(([, range]) => range);
  expect(new Set(ranges)).toEqual(new Set(["workspace:^"]));
});

test("a dependency has the same version range wherever it is used", () => {
  const ranges = new Map<string, Set<string>>();
  for (const [name, range] of workspaces.flatMap(({ manifest }) => dependencies(manifest))) {
    ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
  }
  const several = [...ranges].filter(([, { size }]) => size > 1).map(([name, set]) => [name, ...set]);
  expect(several).toEqual([]);
});

test("the lockfile names no registry", () => {
  expect(readFileSync(join(root, "pnpm-lock.yaml"), "utf8")).not.toMatch(/https?:|tarball:/);
});
