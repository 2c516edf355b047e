#!/usr/bin/env node
import { exitCodeOf, report } from "./failures.js";
import { program } from "./program.js";

try {
  await program.parseAsync();
} catch (error) {
  report(error, { verbose: program.opts().verbose === true || Boolean(process.env["DEBUG"]) });
  process.exitCode = exitCodeOf(error);
}
