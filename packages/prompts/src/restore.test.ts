import { ConfigError, type ModuleConfig, type PromptModule } from "@incipit/core";
import { describe, expect, it } from "vitest";
import { tinyBackbone } from "../test/tiny-backbone.js";
import { restorePrompt } from "./restore.js";
import { softPrompt } from "./soft-prompt.js";

/** As a file would give it back. */
const reread = (module: PromptModule) => JSON.parse(JSON.stringify(module.config)) as ModuleConfig;

describe("restorePrompt", () => {
  it.each([
    { virtualTokens: 7 },
    { virtualTokens: 1, placement: "after-first" },
    { placement: "front" },
  ] as const)("makes the soft prompt of %o again", (options) => {
    const original = softPrompt(options);
    const restored = restorePrompt(reread(original));
    const { virtualTokens, placement, config } = original;
    expect(restored).toMatchObject({ virtualTokens, placement, config });
    const specs = (module: PromptModule) =>
      module.parameters(tinyBackbone).map(({ name, shape, group }) => ({ name, shape, group }));
    expect(specs(restored)).toEqual(specs(original));
  });

  it("makes types of one's own, and prefers them", () => {
    const own = softPrompt({ virtualTokens: 1 });
    expect(restorePrompt({ type: "own", size: 1 }, { own: () => own })).toBe(own);
    expect(restorePrompt({ type: "soft-prompt" }, { "soft-prompt": () => own })).toBe(own);
  });

  it("hands a factory the whole config", () => {
    const config = { type: "own", depth: 3 };
    expect.assertions(1);
    restorePrompt(config, {
      own: (given) => {
        expect(given).toEqual(config);
        return softPrompt();
      },
    });
  });

  it.each(["prefix", "constructor", ""])(
    'names the types that it knows when "%s" is none of them',
    (type) => {
      const restoring = () => restorePrompt({ type }, { own: () => softPrompt() });
      expect(restoring).toThrow(ConfigError);
      expect(restoring).toThrow(`type "${type}"; known are soft-prompt, own`);
    },
  );

  it("refuses options that a soft prompt cannot have", () => {
    const restoring = (config: Omit<ModuleConfig, "type">) => () =>
      restorePrompt({ type: "soft-prompt", ...config });
    expect(restoring({})).toThrow(ConfigError);
    expect(restoring({ virtualTokens: "many" })).toThrow(ConfigError);
    expect(restoring({ virtualTokens: 2, placement: "behind" })).toThrow(/"after-first", got "behind"/);
  });
});
