import { packageBuild } from "../../tsup.base.js";

export default packageBuild({
  entry: { index: "src/index.ts", web: "src/web.ts", worker: "src/workers/worker.js" },
  dts: { entry: { index: "src/index.ts", web: "src/web.ts" } },
});
