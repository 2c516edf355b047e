import { train, type TrainCommandOptions } from "../src/commands/train.js";

/** The options of `incipit train` with their defaults, some of them replaced. */
export function optionsOf(options: Partial<TrainCommandOptions> = {}): TrainCommandOptions {
  return { ...train.opts(), data: "reviews.csv", out: "prompt", ...options };
}
