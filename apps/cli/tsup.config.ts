import { packageBuild } from "../../tsup.base.js";

export default packageBuild({ entry: ["src/main.ts"], format: ["esm"], dts: false });
