import { type HostTensor, RuntimeError } from "@incipit/core";
import { createSession, type Session } from "@incipit/runtime";
import { sliceRows, takeRows, tensor } from "@incipit/tensor";
import { expectClose } from "@incipit/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchOf } from "../test/batch.js";
import { originalEncoder, type Outputs } from "../test/original-encoder.js";
import { madeUpTexts, ODD_TEXTS } from "../test/sentences.js";
import { useGraph } from "./backbone.js";
import { FEATURES, MAX_LENGTH, timingSignal } from "./encoder.js";
import { useTokenizer } from "./tokenizer.js";

type Ids = readonly number[];

let session: Session;
let original: (texts: readonly Ids[]) => Promise<Outputs>;
/** 200 texts as ids, some of them longer than the encoder takes. */
let texts: readonly Ids[];
let padId: number;

beforeAll(async () => {
  const [graph, tokenizer, encoder] = await Promise.all([useGraph(), useTokenizer(), originalEncoder()]);
  session = await createSession(graph);
  original = encoder;
  padId = tokenizer.padId;
  texts = [...ODD_TEXTS, ...madeUpTexts(200 - ODD_TEXTS.length)].map((text) => tokenizer.encode(text).ids);
});

afterAll(() => session.dispose());

const clip = (ids: Ids) => ids.slice(0, MAX_LENGTH);

async function encode(batch: readonly Ids[], length?: number): Promise<Outputs> {
  return (await session.run(batchOf(batch.map(clip), padId, length))) as Outputs;
}

/** The states of one text's tokens, `[length, 512]`, without those of padding. */
function states({ tokens }: Outputs, text: number, length: number): HostTensor<"float32"> {
  const { shape, data } = sliceRows(tokens, text, text + 1);
  return sliceRows({ dtype: "float32", shape: shape.slice(1), data }, 0, length);
}

function cosine(a: HostTensor<"float32">, b: HostTensor<"float32">): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a.data, b.data) / Math.sqrt(dot(a.data, a.data) * dot(b.data, b.data));
}

describe("the encoder", () => {
  test("computes what the original does, on 200 texts in batches of mixed lengths", async () => {
    expect(texts.some((ids) => ids.length > MAX_LENGTH)).toBe(true);
    for (let start = 0; start < texts.length; start += 25) {
      const batch = texts.slice(start, start + 25);
      const [ours, theirs] = [await encode(batch), await original(batch)];
      batch.forEach((ids, i) => {
        const ourEmbedding = sliceRows(ours.embedding, i, i + 1);
        const theirEmbedding = sliceRows(theirs.embedding, i, i + 1);
        expect(cosine(ourEmbedding, theirEmbedding)).toBeGreaterThan(0.999999);
        expectClose(ourEmbedding, theirEmbedding, { absolute: 1e-5 });
        const length = clip(ids).length;
        expectClose(states(ours, i, length), states(theirs, i, length), { absolute: 1e-3 });
      });
      expectClose(ours.pooled, theirs.pooled, { absolute: 5e-4 });
    }
  });

  test("gives a text the same features alone, in a batch, and behind more padding", async () => {
    const batch = someOf(texts);
    const together = await encode(batch, MAX_LENGTH);
    for (const [i, ids] of batch.entries()) {
      const alone = await encode([ids]);
      expectClose(sliceRows(together.embedding, i, i + 1), alone.embedding, { absolute: 1e-5 });
      expectClose(sliceRows(together.pooled, i, i + 1), alone.pooled, { absolute: 5e-4 });
      const length = clip(ids).length;
      expectClose(states(together, i, length), states(alone, 0, length), { absolute: 1e-3 });
    }
  });

  test("takes no notice of the ids on padding", async () => {
    const batch = someOf(texts).map(clip);
    const [a, b] = [await session.run(batchOf(batch, padId)), await session.run(batchOf(batch, 4711))];
    expect(a["pooled"]).toEqual(b["pooled"]);
    expect(a["embedding"]).toEqual(b["embedding"]);
  });

  test("gives sentence embeddings of length 1", async () => {
    const { embedding } = await encode(someOf(texts));
    for (let i = 0; i < embedding.shape[0]!; i++) {
      expect(Math.hypot(...sliceRows(embedding, i, i + 1).data)).toBeCloseTo(1, 5);
    }
  });

  test("has outputs of the shapes that it declares", async () => {
    const outputs = await encode([texts[1]!, texts[2]!], 7);
    for (const [name, { kind, width }] of Object.entries(FEATURES)) {
      expect(outputs[name as keyof Outputs].shape).toEqual(kind === "tokens" ? [2, 7, width] : [2, width]);
    }
  });

  test("refuses inputs of more than 128 positions", async () => {
    const tooLong = Array.from({ length: MAX_LENGTH + 1 }, () => 9);
    await expect(session.run(batchOf([tooLong], padId))).rejects.toThrow(RuntimeError);
  });
});

describe("the timing signal", () => {
  test("is sines, then cosines, of position times frequency", () => {
    const signal = timingSignal({ dtype: "float32", shape: [1, 2], data: Float32Array.of(1, 0.25) });
    expect(signal.shape).toEqual([MAX_LENGTH, 4]);
    expectClose(
      takeRows(signal, [0, 3]),
      tensor("float32", [2, 4], [0, 0, 1, 1, Math.sin(3), Math.sin(0.75), Math.cos(3), Math.cos(0.75)]),
    );
  });
});

/** Every twentieth text. */
function someOf(all: readonly Ids[]): readonly Ids[] {
  return all.filter((_, i) => i % 20 === 1);
}
