/** @file The errors of Incipit. Every message says where, what was expected, what was got, and what to do next. */

/** Options shared by all errors: structured fields for programs, `cause` for what lies beneath. */
export interface IncipitErrorOptions extends ErrorOptions {
  /** What a program may want to know: file, line, node, tensor, label… Never tensor data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The base of every error that Incipit throws on purpose. Anything else that escapes is a bug. */
export abstract class IncipitError extends Error {
  /** Stable identifier of the kind of error; messages may change, codes do not. */
  abstract readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: IncipitErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.details = options.details ?? {};
  }
}

/** A tensor's shape or dtype is not the one expected. */
export class ShapeError extends IncipitError {
  readonly code = "INCIPIT_SHAPE";
}

/** An operator has no implementation or no gradient rule here. */
export class UnsupportedOperatorError extends IncipitError {
  readonly code = "INCIPIT_UNSUPPORTED_OPERATOR";
}

/** A graph is malformed, or does not contain what was looked for in it. */
export class GraphError extends IncipitError {
  readonly code = "INCIPIT_GRAPH";
}

/** A file is broken, truncated, or not what its name says. */
export class FormatError extends IncipitError {
  readonly code = "INCIPIT_FORMAT";
}

/** An option, a column name or a combination of settings cannot work. */
export class ConfigError extends IncipitError {
  readonly code = "INCIPIT_CONFIG";
}

/** The labelled data cannot be used: an empty file, an unknown label, a single class. */
export class DataError extends IncipitError {
  readonly code = "INCIPIT_DATA";
}

/** The engine that runs graphs failed or is missing. */
export class RuntimeError extends IncipitError {
  readonly code = "INCIPIT_RUNTIME";
}

/** Training cannot go on: a loss or a gradient is not a finite number. */
export class DivergenceError extends IncipitError {
  readonly code = "INCIPIT_DIVERGENCE";
}

/** A saved prompt does not belong to this model, tokenizer or task. */
export class MismatchError extends IncipitError {
  readonly code = "INCIPIT_MISMATCH";
}
