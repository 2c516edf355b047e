import { DataError } from "@incipit/core";
import { assertSome } from "./example.js";
import { isObject, type JsonObject, jsonObjects, kindOf } from "./json-lines.js";

/** Words of a context that answer a question. */
export interface Answer {
  readonly text: string;
  /** Where in the context it begins, in UTF-16 code units. */
  readonly start: number;
}

/** A question, and a context that has its answer. */
export interface Question {
  readonly question: string;
  readonly context: string;
  /** One or more; a model learns the first, and is compared with all. */
  readonly answers: readonly Answer[];
  readonly id?: string;
  /** Line of the file, from 1, where lines are questions. */
  readonly line?: number;
}

/** What errors call this data: the file's name. */
export interface QuestionOptions {
  readonly name?: string;
}

/** Where in a file something stands. */
interface Place {
  readonly name: string;
  readonly at: string;
}

/**
 * The questions of a file in SQuAD's layout: `data`, a list of articles, whose `paragraphs` have a `context` and `qas`, each with its
 * `question`, `answers` and `id`.
 * @throws {DataError} when it is not JSON of this layout, has no question, or one has no answer or one that is not where it should be
 * @see Rajpurkar et al. 2016, arXiv:1606.05250
 */
export function parseSquad(content: string, { name = "SQuAD" }: QuestionOptions = {}): readonly Question[] {
  const root = { name, at: "" };
  const questions = objects(parseJson(content, name), "data", root).flatMap((article, a) =>
    objects(article, "paragraphs", { name, at: `article ${a + 1}` }).flatMap((paragraph, p) => {
      const place = { name, at: `article ${a + 1}, paragraph ${p + 1}` };
      const context = text(paragraph, "context", place);
      return objects(paragraph, "qas", place).map((record, q) => {
        const { id } = record;
        const at = typeof id === "string" ? `question "${id}"` : `${place.at}, question ${q + 1}`;
        const question = questionOf({ ...record, context }, { name, at });
        return typeof id === "string" ? { ...question, id } : question;
      });
    }),
  );
  return assertSome(questions, name);
}

/**
 * The questions of a JSON Lines text: objects with `question`, `context` and either `answers`, as
 * `{"text": ["…"], "answer_start": [0]}` or `[{"text": "…", "answer_start": 0}]`, or one `answer` and its `answer_start`. Starts
 * count characters of Unicode, as Python does.
 * @throws {DataError} when there is no question, or at a line that lacks a field, has one of another type, or an answer that is not
 * where it should be
 */
export function parseQuestionsJsonl(
  content: string,
  { name = "JSONL" }: QuestionOptions = {},
): readonly Question[] {
  const example = '{"question": "…", "context": "…", "answers": {"text": ["…"], "answer_start": [0]}}';
  const questions = jsonObjects(content, { name, example }).map(({ record, line }) => ({
    ...questionOf(record, { name, at: `line ${line}` }),
    line,
  }));
  return assertSome(questions, name);
}

function questionOf(record: JsonObject, place: Place): Question {
  const question = text(record, "question", place);
  const context = text(record, "context", place);
  const answers = answersOf(record, place).map(({ text: answer, start }) => {
    const found = codeUnits(context, start);
    if (context.startsWith(answer, found)) return { text: answer, start: found };
    const there = JSON.stringify(context.slice(found, found + Math.max(answer.length, 10)));
    throw problem(
      place,
      `the answer ${JSON.stringify(answer)} should start at character ${start}, where ${there} is.`,
    );
  });
  if (answers.length === 0) {
    throw problem(
      place,
      "there is no answer; questions that the context does not answer cannot be learned, remove them.",
    );
  }
  return { question, context, answers };
}

/** Text and start, in characters, of each answer. */
function answersOf(record: JsonObject, place: Place): readonly Answer[] {
  const { answers, answer } = record;
  if (answers === undefined && answer !== undefined) {
    return [{ text: text(record, "answer", place), start: start(record["answer_start"], place) }];
  }
  if (Array.isArray(answers)) {
    return objects(record, "answers", place).map((own) => ({
      text: text(own, "text", place),
      start: start(own["answer_start"], place),
    }));
  }
  if (!isObject(answers))
    throw problem(place, `field "answers" must be an object or a list, got ${kindOf(answers)}.`);
  const { text: texts, answer_start: starts } = answers;
  if (!Array.isArray(texts) || !Array.isArray(starts) || texts.length !== starts.length) {
    throw problem(place, 'field "answers" must have "text" and "answer_start", two lists of one length.');
  }
  return texts.map((own: unknown, i) => ({
    text: text({ text: own }, "text", place),
    start: start(starts[i], place),
  }));
}

function text(record: JsonObject, field: string, place: Place): string {
  const value = record[field];
  if (typeof value === "string" && value.trim() !== "") return value;
  const got = typeof value === "string" ? "an empty one" : kindOf(value);
  throw problem(place, `field "${field}" must be a text, got ${got}.`);
}

function start(value: unknown, place: Place): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw problem(
    place,
    `field "answer_start" must be a whole number of at least 0, got ${value === undefined ? "nothing" : JSON.stringify(value)}.`,
  );
}

function objects(record: unknown, field: string, place: Place): readonly JsonObject[] {
  const value = isObject(record) ? record[field] : undefined;
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw problem(
    place,
    `field "${field}" must be a list of objects, as in SQuAD's files, got ${kindOf(value)}.`,
  );
}

function parseJson(content: string, name: string): unknown {
  try {
    return JSON.parse(content.replace(/^\uFEFF/u, ""));
  } catch (cause) {
    throw new DataError(`${name}: not JSON (${(cause as Error).message}).`, { cause, details: { name } });
  }
}

/** The place of a character, counted as Python does, in code units. */
function codeUnits(context: string, character: number): number {
  let unit = 0;
  for (let i = 0; i < character && unit < context.length; i++)
    unit += (context.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
  return unit;
}

function problem({ name, at }: Place, what: string): DataError {
  return new DataError(`${name}${at === "" ? "" : `, ${at}`}: ${what}`, { details: { name, at } });
}
