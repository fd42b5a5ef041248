/** JSON for standard output: one object a line, in ASCII, so that nothing in it can act on a terminal. */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (part instanceof Uint8Array ? [...part] : part));
  return `${text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
