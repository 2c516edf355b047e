import { readFile } from "node:fs/promises";
import { type Example } from "@incipit/core";
import { messageText } from "./clean.js";
import { listMails, type MailFile, type SpamLabel } from "./corpus.js";
import { dropNearDuplicates } from "./duplicates.js";
import { parseMessage } from "./message.js";

/** A mail as a labelled text. */
export interface SpamExample extends Example {
  readonly label: SpamLabel;
  /** Folder and file name in the corpus. */
  readonly id: string;
}

export interface LoadSpamOptions {
  /** Characters after which a text is cut; 2,000 by default. */
  readonly maxLength?: number;
  /** Called now and then with the number of mails read so far, at last with `done === total`. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Mails read at the same time: enough to keep the disk busy, few enough to hold in memory. */
const concurrency = 64;

/**
 * The SpamAssassin public mail corpus as labelled texts: subject and body as a reader sees them, without what tells
 * where the mail was collected, near-duplicates dropped. The same order every time. Nothing is cached.
 */
export async function loadSpam(options: LoadSpamOptions = {}): Promise<SpamExample[]> {
  const { maxLength = 2000, onProgress } = options;
  const toExample = async ({ id, label, path }: MailFile): Promise<SpamExample> => {
    const message = await parseMessage(await readFile(path));
    return { id, label, text: messageText(message, maxLength) };
  };
  const files = await listMails();
  const examples: SpamExample[] = [];
  while (examples.length < files.length) {
    const next = files.slice(examples.length, examples.length + concurrency);
    examples.push(...(await Promise.all(next.map(toExample))));
    onProgress?.(examples.length, files.length);
  }
  return dropNearDuplicates(examples);
}
