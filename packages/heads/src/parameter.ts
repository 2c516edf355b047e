import { ConfigError } from "@incipit/core";

/** A parameter that a head declared. @throws {ConfigError} when it was not passed in */
export function parameter<T>(parameters: Readonly<Record<string, T>>, name: string): T {
  const value = parameters[name];
  if (value === undefined) throw new ConfigError(`The parameter "${name}" is missing.`);
  return value;
}
