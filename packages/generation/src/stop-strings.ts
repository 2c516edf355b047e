/** Text in, the same text out up to a stop string. */
export interface StopStrings {
  /** The text that is certain to come before any stop string, and whether one has come. */
  push(text: string): { readonly text: string; readonly stopped: boolean };
  /** What was held back because it could have begun a stop string. */
  flush(): string;
}

/** Finds the first of some strings in a text that comes in pieces. */
export function stopStrings(stops: readonly string[]): StopStrings {
  let held = "";
  return {
    push(text) {
      held += text;
      const places = stops.map((stop) => held.indexOf(stop)).filter((place) => place >= 0);
      const stopped = places.length > 0;
      const length = stopped ? Math.min(...places) : held.length - beginning(held, stops);
      const certain = held.slice(0, length);
      held = stopped ? "" : held.slice(length);
      return { text: certain, stopped };
    },
    flush() {
      const rest = held;
      held = "";
      return rest;
    },
  };
}

/** Length of the longest end of `text` that one of the strings begins with. */
function beginning(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    if (stops.some((stop) => stop.startsWith(text.slice(-length)))) return length;
  }
  return 0;
}
