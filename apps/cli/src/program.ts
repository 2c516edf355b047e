import { Command } from "commander";
import manifest from "../package.json" with { type: "json" };

/** The `incipit` command with its subcommands. */
export const program = new Command("incipit")
  .description("Prompt tuning: the model stays frozen, a few virtual tokens learn the task.")
  .version(manifest.version);
