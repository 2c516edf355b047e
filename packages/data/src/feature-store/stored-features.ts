import { IncipitError, type NamedTensors } from "@incipit/core";

/** Where features are kept from one run to the next. */
export interface FeatureStore {
  /**
   * The features that were saved under this fingerprint; nothing where there are none.
   * @throws {FormatError} when they are no longer what was saved
   * @throws {ConfigError} when they cannot be read
   */
  load(fingerprint: string): Promise<NamedTensors | undefined>;
  /** Keep features, in place of those there. @throws {ConfigError} when that cannot be done */
  save(fingerprint: string, features: NamedTensors): Promise<void>;
}

/** Where features are looked for, and how they are made. */
export interface StoredFeaturesOptions {
  readonly store: FeatureStore;
  /** As `featureFingerprint` makes it. */
  readonly fingerprint: string;
  /** Makes the features where the store has none, as `encodeFeatures` does. */
  readonly compute: () => Promise<NamedTensors>;
  /** Told when the store had them. */
  readonly onFound?: () => void;
  /** Told why the store was of no use: the features are right all the same. */
  readonly onWarning?: (message: string) => void;
}

/** Features out of the store or, where it has none or only damaged ones, computed and stored. */
export async function storedFeatures(options: StoredFeaturesOptions): Promise<NamedTensors> {
  const { store, fingerprint, compute, onFound, onWarning } = options;
  const attempt = async <T>(access: Promise<T>, consequence: string): Promise<T | undefined> => {
    try {
      return await access;
    } catch (error) {
      if (!(error instanceof IncipitError)) throw error;
      onWarning?.(`${error.message} ${consequence}`);
      return undefined;
    }
  };
  const stored = await attempt(store.load(fingerprint), "They are computed anew.");
  if (stored !== undefined) {
    onFound?.();
    return stored;
  }
  const features = await compute();
  await attempt(store.save(fingerprint, features), "The next run will compute them again.");
  return features;
}
