import { ConfigError } from "@incipit/core";

/**
 * The value of this name: a parameter that a module declared, a feature that a backbone has.
 * @throws {ConfigError} when there is none, listing those that there are
 */
export function named<T>(values: Readonly<Record<string, T>>, name: string): T {
  const value = values[name];
  if (value === undefined) {
    throw new ConfigError(
      `There is no "${name}" here; there are: ${Object.keys(values).join(", ") || "none"}.`,
    );
  }
  return value;
}
