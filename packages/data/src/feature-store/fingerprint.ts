import { createHash } from "node:crypto";
import type { BackboneInfo, Encoding } from "@incipit/core";

/** All that stored features depend on. */
export interface FeatureSource {
  readonly backbone: Pick<BackboneInfo, "fingerprint"> & {
    readonly tokenizer: Pick<BackboneInfo["tokenizer"], "fingerprint">;
  };
  /** The texts, as the model reads them, in the order of the rows. */
  readonly encodings: readonly Encoding[];
  /** Names of the features. */
  readonly features: readonly string[];
  /** What else there is: how token states were pooled, in what precision the model computed… */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

/** Of how features are computed and stored; goes up when older files are no longer right. */
const VERSION = 1;

/** SHA-256 (hex) over all that features depend on: where it is the same, so are they, to rounding. */
export function featureFingerprint(source: FeatureSource): string {
  const { backbone, encodings, features, settings = {} } = source;
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const hash = createHash("sha256").update(
    JSON.stringify({
      version: VERSION,
      model: backbone.fingerprint,
      tokenizer: backbone.tokenizer.fingerprint,
      features: features.toSorted(),
      settings: given.toSorted(([a], [b]) => (a < b ? -1 : 1)),
      texts: encodings.length,
    }),
  );
  // Each list with its length in front, so that no two lists of texts are the same numbers.
  for (const { ids, typeIds = [] } of encodings)
    hash.update(Int32Array.of(ids.length, typeIds.length, ...ids, ...typeIds));
  return hash.digest("hex");
}
