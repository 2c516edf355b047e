import { DataError } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { parseQuestionsJsonl, parseSquad } from "./questions.js";

const context = "The 🦊 fox lives in Rome.";
/** As Python counts: the fox's face is one character. */
const start = Array.from(context).indexOf("R");
const question = "Where does the fox live?";

const squad = (qas: readonly object[]) =>
  JSON.stringify({ version: "1.1", data: [{ title: "Foxes", paragraphs: [{ context, qas }] }] });
const rome = { text: "Rome", answer_start: start };

describe("parseSquad", () => {
  it("reads questions with their context, answers where they stand in UTF-16", () => {
    const answers = [rome, { text: "in Rome", answer_start: start - 3 }];
    expect(
      parseSquad(
        squad([
          { id: "q1", question, answers },
          { question, answers: [rome] },
        ]),
      ),
    ).toEqual([
      {
        ...{ id: "q1", question, context },
        answers: [
          { text: "Rome", start: context.indexOf("Rome") },
          { text: "in Rome", start: context.indexOf("in Rome") },
        ],
      },
      { question, context, answers: [{ text: "Rome", start: context.indexOf("Rome") }] },
    ]);
  });

  it.each([
    ["what is no JSON", "{", /^dev\.json: not JSON/],
    [
      "another layout",
      "[]",
      /^dev\.json: field "data" must be a list of objects, as in SQuAD's files, got nothing/,
    ],
    [
      "a paragraph without questions",
      '{"data": [{"paragraphs": [{"context": "a"}]}]}',
      /^dev\.json, article 1, paragraph 1: field "qas" must be/,
    ],
    [
      "an empty context",
      '{"data": [{"paragraphs": [{"context": "", "qas": []}]}]}',
      /^dev\.json, article 1, paragraph 1: field "context" must be a text, got an empty one/,
    ],
    ["no questions", '{"data": []}', /^dev\.json: there are no examples in it/],
    [
      "a question without an answer",
      squad([{ id: "q7", question, answers: [], is_impossible: true }]),
      /^dev\.json, question "q7": there is no answer/,
    ],
    [
      "an answer in another place",
      squad([{ question, answers: [{ ...rome, answer_start: 0 }] }]),
      /^dev\.json, article 1, paragraph 1, question 1: the answer "Rome" should start at character 0, where "The 🦊 fox" is/,
    ],
    [
      "an answer behind the context",
      squad([{ question, answers: [{ ...rome, answer_start: 999 }] }]),
      /should start at character 999, where "" is/,
    ],
    [
      "a start that is no number",
      squad([{ question, answers: [{ text: "Rome", answer_start: "4" }] }]),
      /field "answer_start" must be a whole number of at least 0, got "4"/,
    ],
  ])("refuses %s", (_, content, message) => {
    expect(() => parseSquad(content, { name: "dev.json" })).toThrow(DataError);
    expect(() => parseSquad(content, { name: "dev.json" })).toThrow(message);
  });
});

describe("parseQuestionsJsonl", () => {
  it.each([
    ["lists of texts and starts", { answers: { text: ["Rome"], answer_start: [start] } }],
    ["a list of answers", { answers: [rome] }],
    ["one answer", { answer: "Rome", answer_start: start }],
  ])("reads %s", (_, answers) => {
    expect(parseQuestionsJsonl(`\n${JSON.stringify({ question, context, ...answers })}`)).toEqual([
      { question, context, answers: [{ text: "Rome", start: context.indexOf("Rome") }], line: 2 },
    ]);
  });

  it.each([
    ["no context", { question, answers: [rome] }, 'line 1: field "context" must be a text, got nothing'],
    ["no answers", { question, context }, 'line 1: field "answers" must be an object or a list, got nothing'],
    [
      "lists of two lengths",
      { question, context, answers: { text: ["Rome"], answer_start: [] } },
      'line 1: field "answers" must have "text" and "answer_start"',
    ],
    [
      "an answer without a start",
      { question, context, answer: "Rome" },
      'line 1: field "answer_start" must be a whole number of at least 0, got nothing',
    ],
    [
      "an answer that is a number",
      { question, context, answers: { text: [7], answer_start: [0] } },
      'line 1: field "text" must be a text, got a number',
    ],
    ["what is no object", [], "line 1: expected a JSON object such as"],
  ])("refuses %s", (_, record, message) => {
    const parsing = () => parseQuestionsJsonl(JSON.stringify(record), { name: "qa.jsonl" });
    expect(parsing).toThrow(DataError);
    expect(parsing).toThrow(`qa.jsonl, ${message}`);
  });
});
