/** PEFT's task types: the class of base model that it wraps. */
export const taskTypes = [
  "CAUSAL_LM",
  "FEATURE_EXTRACTION",
  "QUESTION_ANS",
  "SEQ_2_SEQ_LM",
  "SEQ_CLS",
  "TOKEN_CLS",
] as const;

/** One of `taskTypes`. */
export type TaskType = (typeof taskTypes)[number];

/** What `adapter_config.json` says and the tensors' shapes do not. */
export interface PeftSettings {
  /** With `SEQ_CLS`, `TOKEN_CLS` and `QUESTION_ANS` PEFT expects the model's own head to be saved too: see `modules`. */
  readonly taskType: TaskType;
  /** The base model's hub id or folder. */
  readonly baseModel?: string;
  readonly revision?: string;
  /** Number of transformer layers of the base model. */
  readonly layers?: number;
  readonly attentionHeads?: number;
  /**
   * Which parameters are a module of the base model, as prefix → module path: with `{ head: "classifier" }`, `head.weight` is saved
   * as `base_model.classifier.weight`.
   */
  readonly modules?: Readonly<Record<string, string>>;
}

/** The modules that PEFT saves for a task without being asked, and without which it does not load. */
export function headModules(taskType: TaskType): readonly string[] {
  switch (taskType) {
    case "SEQ_CLS":
    case "TOKEN_CLS":
      return ["classifier", "score"];
    case "QUESTION_ANS":
      return ["qa_outputs"];
    default:
      return [];
  }
}
