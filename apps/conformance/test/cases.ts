import { join } from "node:path";
import { caseFolders } from "../src/folders.js";

const TEST_DATA = join(import.meta.dirname, "../../../packages/testing/test-data");

/** All cases that are committed. */
export const CASES = await caseFolders(
  ["conformance", "conformance-more"].map((folder) => join(TEST_DATA, folder)),
);
