export {
  loadModelFolder,
  type ModelFileOptions,
  type ModelFolder,
  type ModelFolderOptions,
  readModelFolder,
} from "./model-folder.js";
