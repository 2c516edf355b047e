/** A fenced code block of a Markdown file. */
export interface CodeBlock {
  /** The first word after the fence, such as `ts`. */
  language: string;
  /** The other words after it, such as `no-run`. */
  flags: string[];
  code: string;
  /** The line of the file, from 1, on which the code begins. */
  line: number;
}

/**
 * The fenced code blocks of a Markdown text in their order, those in lists too.
 * @throws {Error} when the last block is not closed.
 */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const [, indent = "", fence, info = ""] = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(lines[i] ?? "") ?? [];
    if (fence === undefined) continue;
    const start = i + 1;
    do i++;
    while (i < lines.length && lines[i]?.trim() !== fence);
    if (i === lines.length) throw new Error(`line ${start}: the code block is not closed`);
    const [language = "", ...flags] = info.trim().split(/\s+/);
    const code = lines.slice(start, i).map((line) => line.slice(indent.length));
    blocks.push({ language, flags, code: code.join("\n"), line: start + 1 });
  }
  return blocks;
}
