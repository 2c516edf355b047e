import { ConfigError } from "@incipit/core";

/** @throws {ConfigError} when there are fewer than two labels */
export function checkLabels(where: string, labels: number): void {
  if (!Number.isInteger(labels) || labels < 2) {
    throw new ConfigError(`${where}: a classification needs at least two labels, got ${labels}.`);
  }
}
