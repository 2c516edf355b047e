import type { Callback } from "@incipit/core";
import { SingleBar, Presets } from "cli-progress";

/** One progress bar for whatever is under way; nothing is drawn where nobody watches. */
export function progressBar() {
  const bar = new SingleBar(
    {
      format: "{what} {bar} {percentage}%{note}",
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
      noTTYOutput: false,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  let current = "";
  const show = (what: string, done: number, total: number, note = "") => {
    if (what !== current) {
      bar.stop();
      bar.start(total, 0, { what: what.padEnd(26), note });
      current = what;
    }
    bar.update(done, { note });
  };
  return {
    /** Progress in items done. */
    over: (what: string) => (done: number, total: number) => {
      show(what, done, total);
    },
    /** Progress in training steps, with the loss. */
    onEvents(what: string): Callback {
      return (event) => {
        if (event.type === "step")
          show(what, event.step, event.totalSteps, `  loss ${event.loss.toFixed(3)}`);
        if (event.type === "warning") {
          bar.stop();
          console.error(`${what}: ${event.message}`);
        }
      };
    },
    stop: () => {
      bar.stop();
      current = "";
    },
  };
}
