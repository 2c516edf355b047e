import fc from "fast-check";

/** Texts that share words and letters, and some with anything in them. */
export const text = fc.oneof(
  fc
    .array(
      fc.constantFrom("a", "the", "The", "cat", "cats", "sat", "1,000.5", "it's", "déjà", "😀", "(hi)", ","),
    )
    .map((words) => words.join(" ")),
  fc.string({ unit: "grapheme" }),
);

/** A prediction with one to three references. */
export const example = fc.record({
  prediction: text,
  references: fc.array(text, { minLength: 1, maxLength: 3 }),
});

/** A few examples, in two lists as metrics take them. */
export const examples = fc.array(example, { minLength: 1, maxLength: 6 }).map((list) => ({
  predictions: list.map(({ prediction }) => prediction),
  references: list.map(({ references }) => references),
}));
