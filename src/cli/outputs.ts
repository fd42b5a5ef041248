/** Files that an invocation asks for. An existing one is never overwritten: it may be the only copy of something. */
import { writeFile } from 'node:fs/promises';
import { type CommandName, UsageError } from './arguments/usage.ts';

export async function saveFile(
  option: string,
  file: string,
  contents: string | Uint8Array,
  command: CommandName,
): Promise<void> {
  try {
    await writeFile(file, contents, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    const why =
      code === 'EEXIST' ? 'is there already' : code === 'ENOENT' ? 'no such directory' : `cannot be written (${code})`;
    throw new UsageError(`${option} ${file}: ${why}`, command);
  }
}
