import { GraphError, type BackboneInfo, type Batch, type HostTensor } from "@incipit/core";
import type { ParameterSpec, Parameters, PromptModule } from "@incipit/core";
import { createSession, type SessionOptions } from "@incipit/runtime";
import { takeRows, zeros } from "@incipit/tensor";
import type { FrozenModel } from "../compose.js";
import { promptGraph, VIRTUAL_TOKENS } from "./graphs.js";

/** A prompt as the virtual tokens that come of it. */
export interface VirtualTokens {
  readonly parameters: readonly ParameterSpec[];
  /** The virtual tokens of each text, `[batch, virtualTokens, width]`. */
  of(batch: Batch, parameters: Parameters): Promise<HostTensor>;
  dispose(): Promise<void>;
}

/** Makes a prompt ready to be computed; without one there are no virtual tokens. */
export async function openPrompt(
  prompt: PromptModule | undefined,
  frozen: FrozenModel,
  info: BackboneInfo,
  options: SessionOptions,
): Promise<VirtualTokens> {
  if (prompt === undefined) {
    return {
      parameters: [],
      of: (batch) => Promise.resolve(zeros("float32", [rowsOf(batch), 0, info.embeddings.width])),
      dispose: () => Promise.resolve(),
    };
  }
  const parameters = prompt.parameters(info);
  const session = await createSession(promptGraph(frozen, prompt, parameters), options);
  return {
    parameters,
    async of(batch, values) {
      const { [VIRTUAL_TOKENS]: virtual } = await session.run({ ...batch, ...values });
      if (virtual === undefined) throw new GraphError("The prompt gave no virtual tokens.");
      const rows = rowsOf(batch);
      return virtual.shape[0] === rows
        ? virtual
        : takeRows(
            virtual,
            Array.from({ length: rows }, () => 0),
          );
    },
    dispose: () => session.dispose(),
  };
}

function rowsOf({ input_ids: ids }: Batch): number {
  return ids?.shape[0] ?? 0;
}
