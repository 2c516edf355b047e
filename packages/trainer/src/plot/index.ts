export { trainingCurveSvg, type TrainingCurveOptions } from "./training-curve.js";
