import { packageBuild } from "../../tsup.base.js";

// Shims give the CommonJS build its `import.meta.url`, from which the weights' package is found.
export default packageBuild({ shims: true });
