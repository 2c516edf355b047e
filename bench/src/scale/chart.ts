import { type EChartsOption, init } from "echarts";
import type { PointCost } from "./measure-point.js";

const [WIDTH, HEIGHT] = [760, 340];
const INK = "#45484f";
const SERIES = ["#3b7dd8", "#d9822b"];

/** Time and memory along a sweep, what was measured beside the least that is needed: an SVG picture. */
export function sweepSvg(
  name: string,
  costs: readonly { readonly label: string; readonly cost: PointCost }[],
): string {
  const of = (key: keyof PointCost) => costs.map(({ cost }) => cost[key]);
  const axis = { axisLabel: { color: INK }, nameTextStyle: { color: INK }, nameLocation: "middle" as const };
  const x = (gridIndex: number) => ({
    ...axis,
    type: "category" as const,
    gridIndex,
    name,
    nameGap: 28,
    data: costs.map(({ label }) => label),
  });
  const y = (gridIndex: number, unit: string) => ({
    ...axis,
    type: "value" as const,
    gridIndex,
    name: unit,
    nameGap: 48,
  });
  const line = (panel: number, color: number, title: string, key: keyof PointCost) => ({
    type: "line" as const,
    name: title,
    xAxisIndex: panel,
    yAxisIndex: panel,
    data: of(key),
    color: SERIES[color] ?? INK,
    lineStyle: { type: color === 0 ? ("solid" as const) : ("dashed" as const) },
  });
  return render({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: "system-ui, sans-serif" },
    legend: { top: 10, textStyle: { color: INK } },
    grid: [
      { left: 70, top: 50, bottom: 50, width: "38%" },
      { right: 30, top: 50, bottom: 50, width: "38%" },
    ],
    xAxis: [x(0), x(1)],
    yAxis: [y(0, "ms per step"), y(1, "peak MiB")],
    series: [
      line(0, 0, "measured", "stepMs"),
      line(0, 1, "least that is needed", "leastMs"),
      line(1, 0, "measured", "peakMiB"),
      line(1, 1, "least that is needed", "leastMiB"),
    ],
  });
}

function render(option: EChartsOption): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
