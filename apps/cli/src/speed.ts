import type { StepEvent } from "@incipit/core";

/** How fast updates go, leaving out the time of evaluations and checkpoints. */
export interface Speedometer {
  /** An update has been made: examples per second so far, and seconds left at this speed. */
  update(event: StepEvent): { readonly examplesPerSecond: number; readonly secondsLeft: number };
  /** Something else has been done. */
  other(): void;
}

/** @param now the time in milliseconds */
export function speedometer(now: () => number = () => performance.now()): Speedometer {
  let since = now();
  let [seconds, updates, examples] = [0, 0, 0];
  return {
    update(event) {
      seconds += (now() - since) / 1000;
      since = now();
      updates += 1;
      examples += event.examples;
      return {
        examplesPerSecond: examples / seconds,
        secondsLeft: ((event.totalSteps - event.step) * seconds) / updates,
      };
    },
    other() {
      since = now();
    },
  };
}

/** `1 h 05 min`, `3 min 20 s` or `12 s`. */
export function formatDuration(seconds: number): string {
  const total = Math.round(seconds);
  const padded = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  if (hours > 0) return `${hours} h ${padded(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${padded(total % 60)} s` : `${total} s`;
}
