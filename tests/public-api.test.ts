import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { publicWorkspaces } from "../scripts/workspaces.js";
import { createProgram } from "./typescript.js";

/** An entry point that users import, such as `@incipit/runtime/web`, and the source file that it is. */
interface EntryPoint {
  name: string;
  file: string;
}

/** An exported name as `public-api.txt` lists it, such as `type Backbone`, and what it names. */
interface Export {
  title: string;
  symbol: ts.Symbol;
}

const entryPoints: EntryPoint[] = publicWorkspaces.flatMap(
  ({ directory, manifest: { name, exports = {} } }) =>
    Object.entries(exports as Record<string, { "@incipit/source"?: string }>).flatMap(
      ([path, conditions]) => {
        const source = conditions["@incipit/source"];
        return source === undefined ? [] : [{ name: name + path.slice(1), file: join(directory, source) }];
      },
    ),
);

const program = createProgram(entryPoints.map(({ file }) => file));
const checker = program.getTypeChecker();

/** What an entry point exports, sorted. */
function exportsOf({ file }: EntryPoint): Export[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) return [];
  return checker
    .getExportsOfModule(module)
    .map((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const kind = symbol.flags & ts.SymbolFlags.Value ? "" : "type ";
      return { title: `${kind}${exported.name}`, symbol };
    })
    .sort((a, b) => (a.symbol.name < b.symbol.name ? -1 : 1));
}

test("exports the names in public-api.txt; `pnpm update-api` rewrites it", async () => {
  const list = entryPoints.map((entry) =>
    [entry.name, ...exportsOf(entry).map(({ title }) => `  ${title}`)].join("\n"),
  );
  await expect(list.join("\n\n") + "\n").toMatchFileSnapshot("public-api.txt");
});

test.each(entryPoints)("$name exports something, and all of it has a docstring", (entry) => {
  const exported = exportsOf(entry);
  const bare = exported.filter(({ symbol }) => symbol.getDocumentationComment(checker).length === 0);
  expect(exported).not.toEqual([]);
  expect(bare.map(({ title }) => title)).toEqual([]);
});
