/** A suffix, what takes its place, and the condition on what stands before it. */
type Rule = readonly [suffix: string, replacement: string, holds: (stem: string) => boolean];

const irregular = new Map([
  ["sky", "sky"],
  ["skies", "sky"],
  ["dying", "die"],
  ["lying", "lie"],
  ["tying", "tie"],
  ["news", "news"],
  ["inning", "inning"],
  ["innings", "inning"],
  ["outing", "outing"],
  ["outings", "outing"],
  ["canning", "canning"],
  ["cannings", "canning"],
  ["howe", "howe"],
  ["proceed", "proceed"],
  ["exceed", "exceed"],
  ["succeed", "succeed"],
]);

const hasMeasure1 = (stem: string) => measure(stem) > 0;
const hasMeasure2 = (stem: string) => measure(stem) > 1;

const doubleSuffixes: readonly Rule[] = [
  ...rules(hasMeasure1, {
    ational: "ate",
    tional: "tion",
    enci: "ence",
    anci: "ance",
    izer: "ize",
    bli: "ble",
    entli: "ent",
    eli: "e",
    ousli: "ous",
    ization: "ize",
    ation: "ate",
    ator: "ate",
    alism: "al",
    iveness: "ive",
    fulness: "ful",
    ousness: "ous",
    aliti: "al",
    iviti: "ive",
    biliti: "ble",
    fulli: "ful",
  }),
  ["logi", "log", (stem) => hasMeasure1(`${stem}l`)],
];

const adjectiveSuffixes = rules(hasMeasure1, {
  icate: "ic",
  ative: "",
  alize: "al",
  iciti: "ic",
  ical: "ic",
  ful: "",
  ness: "",
});

const lastSuffixes: readonly Rule[] = [
  ...removals("al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent"),
  ["ion", "", (stem) => hasMeasure2(stem) && /[st]$/u.test(stem)],
  ...removals("ou", "ism", "ate", "iti", "ous", "ive", "ize"),
];

/** Steps 1a to 5b of the paper. */
const steps: readonly ((word: string) => string)[] = [
  withoutPlural,
  withoutPastOrGerund,
  withFinalI,
  withSingleSuffix,
  (word) => apply(word, adjectiveSuffixes),
  (word) => apply(word, lastSuffixes),
  (word) => apply(word, [["e", "", (stem) => hasMeasure2(stem) || (hasMeasure1(stem) && !endsShort(stem))]]),
  (word) => apply(word, [["ll", "l", (stem) => hasMeasure2(`${stem}l`)]]),
];

/**
 * An English word without its endings: `relational` becomes `relat`. These are the stems of NLTK, which `rouge_score`
 * compares: Porter's algorithm with the changes that NLTK made to it, such as `dies` to `die`, `enjoy` to itself.
 * @param word in lower case
 * @see Porter 1980, "An algorithm for suffix stripping", Program 14(3), 130–137
 */
export function porterStem(word: string): string {
  if (word.length <= 2) return word;
  return irregular.get(word) ?? steps.reduce((stem, step) => step(stem), word);
}

function withoutPlural(word: string): string {
  if (word.endsWith("ies")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("sses")) return word.slice(0, -2);
  return /[^s]s$/u.test(word) ? word.slice(0, -1) : word;
}

function withoutPastOrGerund(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return apply(word, [["eed", "ee", hasMeasure1]]);
  const stem = word.replace(/(?:ed|ing)$/u, "");
  if (stem === word || !shape(stem).includes("v")) return word;
  if (/(?:at|bl|iz)$/u.test(stem)) return `${stem}e`;
  if (/(.)\1$/u.test(stem) && shape(stem).endsWith("c")) {
    return /[lsz]$/u.test(stem) ? stem : stem.slice(0, -1);
  }
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function withFinalI(word: string): string {
  return apply(word, [["y", "i", (stem) => stem.length > 1 && shape(stem).endsWith("c")]]);
}

function withSingleSuffix(word: string): string {
  const stem = apply(word, [["alli", "al", hasMeasure1]]);
  return stem === word ? apply(word, doubleSuffixes) : withSingleSuffix(stem);
}

/** The word by the first rule whose suffix it has, and as it is if that rule's condition fails. */
function apply(word: string, list: readonly Rule[]): string {
  const rule = list.find(([suffix]) => word.endsWith(suffix));
  if (rule === undefined) return word;
  const [suffix, replacement, holds] = rule;
  const stem = word.slice(0, -suffix.length);
  return holds(stem) ? stem + replacement : word;
}

function rules(holds: Rule[2], replacements: Readonly<Record<string, string>>): readonly Rule[] {
  return Object.entries(replacements).map(([suffix, replacement]) => [suffix, replacement, holds]);
}

function removals(...suffixes: readonly string[]): readonly Rule[] {
  return suffixes.map((suffix) => [suffix, "", hasMeasure2]);
}

/** `v` for each vowel and `c` for each consonant; a `y` is a vowel behind a consonant. */
function shape(word: string): string {
  let letters = "";
  for (const letter of word) {
    const isVowel = letter === "y" ? letters.endsWith("c") : "aeiou".includes(letter);
    letters += isVowel ? "v" : "c";
  }
  return letters;
}

/** The paper's `m` in `[C](VC)^m[V]`: how often a consonant follows a vowel. */
function measure(stem: string): number {
  return shape(stem).split("vc").length - 1;
}

/** The paper's condition `*o`, a short syllable at the end, and NLTK's addition to it: all of a word such as `ow`. */
function endsShort(stem: string): boolean {
  const letters = shape(stem);
  return letters === "vc" || (letters.endsWith("cvc") && !/[wxy]$/u.test(stem));
}
