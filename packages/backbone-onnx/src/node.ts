export { loadModelFolder, type ModelFolderOptions } from "./model-folder.js";
