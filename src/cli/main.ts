/** The entry of the command line: the process on one side, `program.ts` on the other. */
import { writeSync } from 'node:fs';
import { EXIT } from './exit-status.ts';
import { runProgram } from './program.ts';
import { joinLines } from './text.ts';

// A reader that has seen enough (`danelaw … | head`) is no failure of ours; the verdict is told by the status all the same.
let isRead = true;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isRead = false;
});

// Node would end with 1, which here says that something is bogus. Nothing of the kind was found out.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  // Node's line of what the system refused (a full disk) is enough; anything else is a fault of this program.
  const told =
    error.syscall === undefined ? `a fault of this program, please report it\n${error.stack}` : error.message;
  writeSync(process.stderr.fd, joinLines(`danelaw: ${told}`.split('\n')));
  process.exit(EXIT.unknown);
});

process.exitCode = await runProgram(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  isRead: () => isRead,
  complain: (text) => process.stderr.write(text),
  input: process.stdin,
  environment: process.env,
  now: () => Date.now() / 1000,
});
