import type { Backbone } from "@incipit/core";
import { adapterOf, restoreClassifier } from "@incipit/adapter";
import { loadAdapter, saveAdapter } from "@incipit/adapter/node";
import type { Trained } from "./methods.js";
import { LABELS } from "./task.js";

/** Messages that are in no corpus. */
const MESSAGES = [
  "Congratulations! You have been selected for a free holiday. Click here now to claim your prize.",
  "The build fails on my machine since the last commit; could you have a look at the parser tests?",
  "Refinance your mortgage today at the lowest rates ever. No credit check, act now!",
];

/** Save what was trained so that it can be told from any other prompt: model, tokenizer, labels, head, figures. */
export async function saveTrained(folder: string, backbone: Backbone, trained: Trained): Promise<void> {
  const { result, prompt, head, parameters } = trained;
  const metrics = { accuracy: result.accuracy, macroF1: result.macroF1 };
  await saveAdapter(folder, adapterOf({ backbone, prompt, head, parameters, labels: LABELS, metrics }));
}

/** Load the prompt and classify the new messages. */
export async function classifyMessages(folder: string, backbone: Backbone) {
  const classifier = await restoreClassifier(await loadAdapter(folder), backbone);
  const found = await classifier.classify(MESSAGES);
  await classifier.dispose();
  return found.map(({ label, probabilities }, i) => ({
    text: MESSAGES[i] ?? "",
    label,
    probability: probabilities[label] ?? 0,
  }));
}
