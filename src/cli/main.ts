/** The entry of the command line: the process on one side, `program.ts` on the other. */
import { runProgram } from './program.ts';

// A reader that has seen enough (`danelaw … | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runProgram(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  input: process.stdin,
  environment: process.env,
  now: () => Date.now() / 1000,
});
