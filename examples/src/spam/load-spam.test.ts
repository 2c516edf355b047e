import { beforeAll, describe, expect, it } from "vitest";
import { listMails } from "./corpus.js";
import { loadSpam, type SpamExample } from "./load-spam.js";

describe("listMails", () => {
  it("finds every mail of the installed corpus, once, in the same order each time", async () => {
    const mails = await listMails();
    const count = (folder: string) => mails.filter(({ id }) => id.startsWith(`${folder}/`)).length;
    expect(["easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2"].map(count)).toEqual([
      2500, 1400, 250, 500, 1396,
    ]);
    expect(mails.filter(({ label }) => label === "spam")).toHaveLength(1896);
    expect(new Set(mails.map(({ id }) => id)).size).toBe(mails.length);
    expect(await listMails()).toEqual(mails);
  });
});

describe("loadSpam", () => {
  let examples: SpamExample[] = [];
  const progress: [number, number][] = [];

  beforeAll(async () => {
    examples = await loadSpam({ onProgress: (done, total) => progress.push([done, total]) });
  });

  it("keeps the mails that say something new", () => {
    const spam = examples.filter(({ label }) => label === "spam").length;
    expect([spam, examples.length - spam]).toEqual([1123, 4044]);
  });

  it("cuts every text at 2,000 characters and leaves none empty", () => {
    const lengths = examples.map(({ text }) => text.length);
    expect(Math.max(...lengths)).toBe(2000);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
  });

  it("has none of the marks of where a mail was collected", () => {
    const marks =
      /^\[(?:ILUG|Razor-users|SAtalk|Spambayes)\]|^(?:Re|Fwd):|DeathToSpam|_{20,} \S+ mailing list/iu;
    expect(examples.filter(({ text }) => marks.test(text)).map(({ id }) => id)).toEqual([]);
  });

  it("reports progress up to the last mail", () => {
    expect(progress.at(-1)).toEqual([6046, 6046]);
    expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).sort((a, b) => a - b));
  });
});
