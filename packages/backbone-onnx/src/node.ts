export {
  loadModelFolder,
  type ModelFileOptions,
  type ModelFolderOptions,
  readModelFolder,
} from "./model-folder.js";
