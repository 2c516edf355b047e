import { packageBuild } from "../../tsup.base.js";

export default packageBuild({ entry: { index: "src/index.ts", "tfjs/index": "src/tfjs/index.ts" } });
