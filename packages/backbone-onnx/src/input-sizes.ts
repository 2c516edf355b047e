/**
 * Sizes that an export of a model of images may leave open, by the names that exporters give to such axes, as `config.json`
 * has them.
 */
export function inputSizes(config: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  const { image_size: size, num_channels: channels = size === undefined ? undefined : 3 } = config;
  const [height, width = height] = [size].flat();
  const sizes = { num_channels: channels, height, width };
  return Object.fromEntries(
    Object.entries(sizes).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
