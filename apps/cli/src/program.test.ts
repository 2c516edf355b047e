import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { program } from "./program.js";

it("reports the version of its package", () => {
  expect(program.version()).toBe(manifest.version);
});

it.each(program.commands.map((command) => [command.name(), command] as const))(
  "%s says what it does, and shows how",
  (name, command) => {
    let help = "";
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(command.description()).toMatch(/\.$/);
    expect(help).toContain(`$ incipit ${name} `);
  },
);
