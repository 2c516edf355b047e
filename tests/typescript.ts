import { join } from "node:path";
import ts from "typescript";
import { root } from "../scripts/workspaces.js";

/** Our packages' compiler options, with which their names lead to their sources. */
function compilerOptions(): ts.CompilerOptions {
  const parsed = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, "\n"));
    },
  });
  return parsed?.options ?? {};
}

/** A program of `files` and all that they import, compiled as our packages are except for `overrides`. */
export function createProgram(files: string[], overrides: ts.CompilerOptions = {}): ts.Program {
  return ts.createProgram(files, { ...compilerOptions(), ...overrides });
}
