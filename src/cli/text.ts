/** Text for a terminal. Names, records, certificates and error texts are the other side's: nothing of theirs may act. */

/**
 * The text with everything that is not plainly visible spelled out: control characters (a terminal obeys those of
 * C0 and C1), format characters (which turn the direction of writing), separators of lines, lone surrogates.
 */
export function escapeForTerminal(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The lines of a report: each is escaped by itself, and ends itself. Where a part is empty, one empty line is enough. */
export function joinLines(lines: readonly string[]): string {
  const kept = lines.filter((line, i) => line !== '' || lines[i - 1] !== '');
  return kept.map((line) => `${escapeForTerminal(line)}\n`).join('');
}

/** Rows with their columns in line, two spaces between them; the last is left as long as it is. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.slice(0, -1).entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) => row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]!) : cell)).join('  '));
}

/** Epoch seconds as people read them. */
export function formatTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace('.000Z', 'Z');
}
