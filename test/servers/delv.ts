/** The verdict of BIND's validator, by `delv`. */
import { typeMnemonic } from '../../src/dns/codes.ts';
import type { Question } from '../../src/dns/message.ts';
import { run } from './harness.ts';

export interface DelvVerdict {
  readonly security: 'secure' | 'insecure' | 'bogus';
  /** As delv says it, for a person who must find out why. */
  readonly output: string;
}

/** DS in master-file lines, as BIND's configuration wants them. */
export function bindAnchors(dsLines: readonly string[]): string {
  const anchors = dsLines.map((line) => {
    const [, owner, tag, algorithm, digestType, digest] = /^(\S+)\s.*\sDS\s+(\d+)\s+(\d+)\s+(\d+)\s+(.+)$/.exec(line)!;
    return `  "${owner}" static-ds ${tag} ${algorithm} ${digestType} "${digest!.replaceAll(' ', '')}";`;
  });
  return `trust-anchors {\n${anchors.join('\n')}\n};\n`;
}

/** Asks the resolver at `port` with CD=1 and validates what comes back from the root anchors in the file. */
export async function delv(port: number, anchorFile: string, question: Question): Promise<DelvVerdict> {
  const { security, output } = await whatDelvSays(port, anchorFile, question);
  if (security === undefined) throw new Error(`delv says nothing:\n${output}`);
  return { security, output };
}

/** The same of questions that delv may have no verdict of: where a DNAME leads to no name, it shows nothing. */
export async function whatDelvSays(
  port: number,
  anchorFile: string,
  question: Question,
): Promise<{ readonly security: DelvVerdict['security'] | undefined; readonly output: string }> {
  const args = ['@127.0.0.1', '-p', String(port), '-a', anchorFile, '+root=.', '-q', question.name.toString()];
  const { stdout, stderr } = await run('delv', [...args, '-t', typeMnemonic(question.type)], { timeoutMs: 20_000 });
  const output = stdout + stderr;
  return { security: verdictIn(output), output };
}

/**
 * delv says `; fully validated`, `; unsigned answer` or `; negative response, …` before each RRset; the weakest
 * counts. What fails validation it does not show, and says why.
 */
function verdictIn(output: string): DelvVerdict['security'] | undefined {
  if (/resolution failed/.test(output) && !/resolution failed: (ncache nxdomain|ncache nxrrset)/.test(output))
    return 'bogus';
  if (/unsigned answer/.test(output)) return 'insecure';
  if (/fully validated/.test(output)) return 'secure';
  return undefined;
}
