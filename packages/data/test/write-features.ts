/** @file A program that writes features again and again, to be run twice at once or to be killed: `write-features FOLDER TIMES`. */
import { tensor } from "@incipit/tensor";
import { fileFeatures } from "../src/node.js";

const [folder = "", times = "1"] = process.argv.slice(2);
const store = fileFeatures(folder);
const rows = 20_000;
const x = tensor(
  "float32",
  [rows, 64],
  Float32Array.from({ length: rows * 64 }, (_, i) => i),
);
process.stdout.write("ready\n");
for (let i = 0; i < Number(times); i++) await store.save("shared", { x });
