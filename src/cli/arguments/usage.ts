/** The commands there are, and how a caller's fault is told. */
export const COMMANDS = [
  'lookup',
  'check',
  'match',
  'tlsa',
  'probe',
  'openpgpkey',
  'smimea',
  'pay',
  'client',
  'mail',
  'srv',
  'xmpp',
  'chain',
  'verify-chain',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** The caller's fault, in one line. */
export class UsageError extends Error {
  readonly command: CommandName | undefined;
  constructor(message: string, command?: CommandName) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}
