import { CommanderError } from "@commander-js/extra-typings";
import { ConfigError } from "@incipit/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { exitCodeOf, report } from "./failures.js";

const closedPipe = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });

describe("exit codes", () => {
  it.each([
    ["help that was asked for", new CommanderError(0, "commander.helpDisplayed", ""), 0],
    ["a misunderstood command line", new CommanderError(1, "commander.unknownOption", ""), 2],
    ["an error of ours", new ConfigError("no such column"), 1],
    ["a bug", new TypeError("x is undefined"), 1],
    ["output that nobody reads any more", closedPipe, 0],
  ])("%s", (_, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe("messages", () => {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => {
    written.push(String(text));
    return true;
  };
  const messageOf = (error: unknown, verbose = false) => {
    vi.spyOn(process.stderr, "write").mockImplementation(write);
    vi.spyOn(console, "error").mockImplementation((thrown) => written.push((thrown as Error).stack ?? ""));
    report(error, { verbose });
    return written.splice(0).join("");
  };
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("an error of ours is its message", () => {
    expect(messageOf(new ConfigError("no such column"))).toBe("incipit: no such column\n");
  });

  it("anything else is called a bug, with what a report should say", () => {
    const message = messageOf(new TypeError("x is undefined"));
    expect(message).toContain("incipit: TypeError: x is undefined\nThis is a bug in Incipit");
    expect(message).toContain(`incipit ${manifest.version}, Node ${process.version}`);
    expect(message).not.toContain("    at ");
  });

  it("stack traces come when they are asked for", () => {
    expect(messageOf(new ConfigError("no such column"), true)).toContain("    at ");
  });

  it("what commander has said is not said again, and a closed pipe is nothing to tell", () => {
    expect(messageOf(new CommanderError(1, "commander.unknownOption", "unknown option"))).toBe("");
    expect(messageOf(closedPipe)).toBe("");
  });
});
