/** Requires every entry point named on the command line and prints what each exports, as JSON. */
/** @type {Record<string, string[]>} */
const names = {};
for (const entry of process.argv.slice(2)) {
  names[entry] = Object.keys(require(entry)).sort();
}
console.log(JSON.stringify(names));
