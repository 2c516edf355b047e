import { ConfigError, type EvaluationEvent, type StepEvent, type TrainEvent } from "@incipit/core";
import { type EChartsOption, init, type LineSeriesOption } from "echarts";
import { colors, forBothThemes } from "./theme.js";

/** Settings of `trainingCurveSvg`. */
export interface TrainingCurveOptions {
  readonly title?: string;
  /** Pixels; default 760. */
  readonly width?: number;
  /** Pixels; default 460. */
  readonly height?: number;
  /** The metrics to draw. Default: all that are between 0 and 1 throughout, as accuracy is. */
  readonly metrics?: readonly string[];
  /** Weight of the past in the smoothed loss, below 1. Default 0.9. */
  readonly smoothing?: number;
}

/** A step and a value. */
type Point = readonly [number, number];

/**
 * A run as a picture: the training loss and its moving average above, the evaluation metrics below. An SVG document that is legible
 * on light and on dark ground; the same events give the same text.
 * @throws {ConfigError} when there is no step among the events
 */
export function trainingCurveSvg(events: readonly TrainEvent[], options: TrainingCurveOptions = {}): string {
  const { width = 760, height = 460, smoothing = 0.9 } = options;
  const steps = events.filter((event): event is StepEvent => event.type === "step");
  const evaluations = events.filter((event): event is EvaluationEvent => event.type === "evaluation");
  if (steps.length === 0)
    throw new ConfigError("There is no training curve to draw: the events have no step.");
  const metrics = options.metrics ?? shares(evaluations);

  const losses = steps.map(({ step, loss }): Point => [step, loss]);
  const series = [
    line("loss", 0, colors.series[0], losses, { opacity: 0.3, width: 1 }),
    line("loss, smoothed", 0, colors.series[0], smooth(losses, smoothing), { width: 2.5 }),
    ...metrics.map((metric, index) => ({
      ...line(
        metric,
        1,
        colors.series[1 + (index % (colors.series.length - 1))],
        valuesOf(metric, evaluations),
        {
          width: 2,
        },
      ),
      showSymbol: true,
    })),
  ];
  const last = steps.at(-1)?.totalSteps ?? 0;
  return render({ ...layout(options.title, metrics.length > 0, last), series }, width, height);
}

/** Metrics whose values are all between 0 and 1. */
function shares(evaluations: readonly EvaluationEvent[]): readonly string[] {
  const names = Object.keys(evaluations[0]?.metrics ?? {});
  return names.filter((name) => valuesOf(name, evaluations).every(([, value]) => value >= 0 && value <= 1));
}

function valuesOf(metric: string, evaluations: readonly EvaluationEvent[]): Point[] {
  return evaluations.map(({ step, metrics }) => [step, metrics[metric] ?? NaN]);
}

/** An exponential moving average whose start is not drawn towards zero: Adam's bias correction, arXiv:1412.6980, section 3. */
function smooth(points: readonly Point[], decay: number): Point[] {
  let sum = 0;
  let weight = 0;
  return points.map(([step, value]) => {
    sum = decay * sum + (1 - decay) * value;
    weight = decay * weight + (1 - decay);
    return [step, sum / weight];
  });
}

function line(
  name: string,
  panel: number,
  color: string | undefined,
  points: readonly Point[],
  lineStyle: NonNullable<LineSeriesOption["lineStyle"]>,
): LineSeriesOption {
  return {
    type: "line",
    name,
    xAxisIndex: panel,
    yAxisIndex: panel,
    data: points.map(([step, value]) => [step, value]),
    showSymbol: false,
    symbol: "circle",
    symbolSize: 5,
    clip: false,
    lineStyle,
    ...(color === undefined ? {} : { color }),
  };
}

function layout(title: string | undefined, twoPanels: boolean, totalSteps: number): EChartsOption {
  const axis = {
    type: "value" as const,
    axisLine: { show: true, lineStyle: { color: colors.ink } },
    axisLabel: { color: colors.ink },
    axisTick: { show: true, lineStyle: { color: colors.ink } },
    splitLine: { lineStyle: { color: colors.grid } },
    nameTextStyle: { color: colors.ink },
    nameLocation: "middle" as const,
  };
  const steps = { ...axis, max: totalSteps, splitLine: { show: false } };
  const nameGap = 44;
  const loss = { ...axis, name: "training loss", nameGap, min: 0 };
  const score = { ...axis, name: "evaluation", nameGap, scale: true };
  const x = { ...steps, name: "update", nameGap: 26 };
  const side = { left: 70, right: 30 };
  return {
    animation: false,
    textStyle: { fontFamily: "system-ui, sans-serif" },
    ...(title === undefined
      ? {}
      : { title: { text: title, left: "center", top: 8, textStyle: { color: colors.ink, fontSize: 15 } } }),
    legend: {
      top: title === undefined ? 10 : 34,
      itemHeight: 8,
      itemGap: 20,
      textStyle: { color: colors.ink },
    },
    ...(twoPanels
      ? {
          grid: [
            { ...side, top: 70, height: "38%" },
            { ...side, bottom: 50, height: "30%" },
          ],
          xAxis: [
            { ...steps, gridIndex: 0, axisLabel: { show: false } },
            { ...x, gridIndex: 1 },
          ],
          yAxis: [
            { ...loss, gridIndex: 0 },
            { ...score, gridIndex: 1 },
          ],
        }
      : { grid: { ...side, top: 70, bottom: 50 }, xAxis: x, yAxis: loss }),
  };
}

function render(option: EChartsOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption(option);
    return forBothThemes(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}
