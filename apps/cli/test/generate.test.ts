import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveAdapter } from "@incipit/adapter/node";
import { loadModelFolder } from "@incipit/backbone-onnx/node";
import { PROMPT_EMBEDDINGS } from "@incipit/prompts";
import { tensor } from "@incipit/tensor";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mustRunCli, runCli } from "./run-cli.js";

const data = join(import.meta.dirname, "../../../packages/testing/test-data");
const model = join(data, "conformance/gpt2-causal-past-posids");
const json = <T>(...path: string[]) => JSON.parse(readFileSync(join(data, ...path), "utf8")) as T;

let folder = "";
const generate = (...args: string[]) => mustRunCli(["generate", "--model", model, ...args], folder);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "incipit-cli-"));
  const { promptInit } = json<{ promptInit: number[][] }>("conformance/gpt2-causal-past-posids/case.json");
  const embeddings = tensor("float32", [promptInit.length, promptInit[0]!.length], promptInit.flat());
  await saveAdapter(join(folder, "my-prompt"), {
    parameters: { [PROMPT_EMBEDDINGS]: embeddings },
    peft: { taskType: "CAUSAL_LM" },
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("incipit generate", () => {
  it("goes on with texts as transformers does, a prompt of PEFT's format in front", async () => {
    const { texts } = json<{ texts: { text: string; ids: number[]; greedy: number[] }[] }>(
      "generation/gpt2-causal-past-posids.json",
    );
    const { tokenizer } = await loadModelFolder(model);
    const given = texts.flatMap(({ text }) => ["--text", text]);
    const { stdout, stderr } = await generate("--prompt", "my-prompt", ...given, "--max-new-tokens", "12");
    const expected = texts.map(({ ids, greedy }) => `${tokenizer.decode([...ids, ...greedy])}\n`);
    expect(stdout).toBe(expected.join(""));
    expect(stderr).toBe("");
  });

  it("draws the same text for the same seed, and tells programs of it in JSON", async () => {
    const draw = ["--text", "the cat", "--top-p", "0.95", "--max-new-tokens", "9"];
    const printed = await generate(...draw, "--seed", "2");
    const told = JSON.parse((await generate(...draw, "--seed", "2", "--json")).stdout) as Record<
      string,
      unknown
    >;
    const other = await generate(...draw, "--seed", "5");
    expect(`${String(told["text"])}\n`).toBe(printed.stdout);
    expect(told).toMatchObject({ input: "the cat", tokens: 9, end: "length" });
    expect(`the cat${String(told["generated"])}`).toBe(told["text"]);
    expect(other.stdout).not.toBe(printed.stdout);
  });

  it.each([
    [["--text", "a"], 1, /the embedded encoder generates no text/],
    [["--text", "a", "--model", join(data, "conformance/bert-seqcls")], 1, /generates no text/],
    [["--text", "a", "--model", model, "--top-p", "2"], 2, /Expected a number above 0 and at most 1/],
    [["--text", "a", "--model", model, "--prompt", "nowhere"], 1, /nowhere/],
    [["--text", "a", "--model", model, "--temperature", "-1"], 2, /Expected a number of at least 0/],
    [["--model", model], 2, /--text/],
  ])("refuses %o", async (args, code, message) => {
    const result = await runCli(["generate", ...args], folder);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe("");
  });
});
