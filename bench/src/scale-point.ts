/** @file The process that `pnpm bench:scale` starts for each point: the point and how to measure it come as JSON, the cost goes out as JSON. */
import { measurePoint } from "./scale/measure-point.js";
import type { Point } from "./scale/sweeps.js";

const { point, ...options } = JSON.parse(process.argv[2] ?? "") as {
  readonly point: Point;
  readonly steps: number;
  readonly threads: number;
};
console.log(JSON.stringify(await measurePoint(point, options)));
