import type { Callback, EvaluationEvent, StepEvent } from "@incipit/core";
import { SingleBar } from "cli-progress";
import { headline } from "./report.js";
import { formatDuration, type Speedometer, speedometer } from "./speed.js";

/** Shows a training run as it goes. */
export interface Progress {
  readonly listen: Callback;
  /** Leave the terminal as it was, also when the run failed. */
  stop(): void;
}

/** A bar on a terminal, otherwise a line now and then. */
export function showProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? drawBar(stream) : printLines(stream);
}

function drawBar(stream: NodeJS.WriteStream): Progress {
  const speed = speedometer();
  let bar: SingleBar | undefined;
  let validation = "";
  const show = (event: StepEvent) => {
    const status = `loss ${event.loss.toFixed(4)}${validation} | ${describeSpeed(speed, event)}`;
    if (bar) {
      bar.update(event.step, { status });
      return;
    }
    bar = new SingleBar({
      stream,
      format: "{bar} {percentage}% | update {value}/{total} | {status}",
      barCompleteChar: "█",
      barIncompleteChar: "░",
      barsize: 20,
      hideCursor: true,
      gracefulExit: false,
    });
    bar.start(event.totalSteps, event.step, { status });
  };
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  return {
    listen(event) {
      if (event.type === "step") {
        show(event);
        return;
      }
      speed.other();
      if (event.type === "evaluation") validation = ` | ${describeMetrics(event)}`;
      if (event.type === "warning" || event.type === "end") stop();
    },
    stop,
  };
}

/** About so many lines tell of a run's updates. */
const LINES = 20;

function printLines(stream: NodeJS.WriteStream): Progress {
  const speed = speedometer();
  return {
    listen(event) {
      if (event.type === "step") {
        const { step, totalSteps, loss } = event;
        const pace = describeSpeed(speed, event);
        if (step % Math.ceil(totalSteps / LINES) === 0 || step === totalSteps) {
          stream.write(`update ${step}/${totalSteps} | loss ${loss.toFixed(4)} | ${pace}\n`);
        }
        return;
      }
      speed.other();
      if (event.type === "evaluation") {
        stream.write(
          `update ${event.step}: ${describeMetrics(event)}${event.best ? ", the best so far" : ""}\n`,
        );
      }
    },
    stop: () => undefined,
  };
}

function describeSpeed(speed: Speedometer, event: StepEvent): string {
  const { examplesPerSecond, secondsLeft } = speed.update(event);
  return `${Math.round(examplesPerSecond)} examples/s | ${formatDuration(secondsLeft)} left`;
}

/** The validation metrics that one looks at first. */
function describeMetrics({ metrics }: EvaluationEvent): string {
  return `validation ${headline(metrics, 4)}`;
}
