import { packageBuild } from "../tsup.base.js";

/** Built, so that what is timed starts as a user's program does. */
export default packageBuild({
  entry: ["src/bench.ts", "src/peer.ts"],
  format: ["esm"],
  dts: false,
});
