import { ConfigError, MismatchError } from "@incipit/core";
import { tensor } from "@incipit/tensor";
import { describe, expect, it } from "vitest";
import { tokenBackbone } from "../test/token-backbone.js";
import type { Adapter } from "./adapter.js";
import { restoreTagger } from "./tagger.js";

const parameters = {};

describe("restoreTagger", () => {
  const labels = ["B-X", "O"];
  const adapter: Adapter = { parameters, labels, head: { type: "tokens", labels: 2 } };
  /** An X begins at every "x". */
  const tagging = (classes = 2) =>
    tokenBackbone((ids, shape) => ({
      logits: tensor(
        "float32",
        [...shape, classes],
        ids.flatMap((id) => Array.from({ length: classes }, (_, i) => Number((i === 0) === (id === 120)))),
      ),
    }));

  it("tags words by their first tokens, also those of sentences that are read in parts", async () => {
    const tagger = await restoreTagger(adapter, tagging());
    expect(await tagger.tag([["xa", "ax"], [], ["abcdef", "xyz", "x"], [" "]])).toEqual([
      ["B-X", "O"],
      [],
      ["O", "B-X", "B-X"],
      ["O"],
    ]);
    expect(tagger.encode([["abcdef", "xyz", "x"]]).map(({ firstWord }) => firstWord)).toEqual([0, 1]);
    expect(await tagger.tag([])).toEqual([]);
  });

  it("says when it does not know the labels, or others than the head", async () => {
    await expect(restoreTagger({ parameters }, tagging())).rejects.toThrow(ConfigError);
    const tagger = await restoreTagger(adapter, tagging(3));
    await expect(tagger.tag([["x"]])).rejects.toThrow(MismatchError);
  });
});
