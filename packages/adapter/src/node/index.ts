export { loadAdapter } from "./load.js";
export { saveAdapter } from "./save.js";
