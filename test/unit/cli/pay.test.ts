/** `danelaw pay` through a resolver over the world of people. */
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { qrLines } from '../../../src/cli/qr.ts';
import { buildPeopleWorld, type PeopleWorld } from '../../world/people.ts';
import { createFiles, danelaw } from './danelaw.ts';
import { type Served, serve } from './services.ts';

const NOW = Math.floor(Date.now() / 1000);
const files = createFiles();
let people: PeopleWorld;
let served: Served;
beforeAll(async () => {
  people = await buildPeopleWorld(NOW);
  served = await serve(people.world);
});
afterAll(async () => {
  files.remove();
  await served?.close();
});

const run = (address: string, ...more: string[]) => danelaw(['pay', address, ...served.options, ...more]);

const STATUS = { payable: 0, refused: 1, bogus: 1, off: 2, absent: 3, insecure: 3, indeterminate: 4 } as const;

describe('danelaw pay', () => {
  it('says the verdict of every case, and ends with its status', async () => {
    const seen = [];
    for (const { address, pmtaType } of people.paymentCases) {
      const more = pmtaType === undefined ? [] : ['--pmta-type', String(pmtaType)];
      const { stdout, status } = await run(address, '--json', ...more);
      const { verdict, reason, qr } = JSON.parse(stdout);
      expect(qr).toBeUndefined();
      seen.push({ address, ...(pmtaType !== undefined && { pmtaType }), verdict, code: reason.code, status });
    }
    expect(seen).toEqual(people.paymentCases.map((one) => ({ ...one, status: STATUS[one.verdict] })));
  });

  it('prints the instructions in words, as text, and as a code that reads back', async () => {
    const { stdout, status } = await run('hugh@people.example');
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    const uri = 'bitcoin:bc1qztwy6xen3zdtt7z0vrgapmjtfz8acjkfp5fp7l?amount=0.015&label=Hugh';
    expect(lines).toContain(uri);
    expect(lines).toContain('      Amount: 0.015 bitcoin');
    expect(read(lines.filter((line) => /^[ ▀▄█]{20,}$/.test(line)))).toBe(uri);
  });

  it('prints no code and no text to pay by for what must not be used', async () => {
    for (const address of ['two@people.example', 'future@people.example', 'hugh@broken.example']) {
      const { stdout } = await run(address);
      expect(stdout).not.toMatch(/[▀▄█]|^bitcoin:/im);
    }
    expect(qrLines('x'.repeat(701))).toBeUndefined();
  });

  it('refuses what is no argument of its own', async () => {
    expect((await run('hugh@people.example', '--pmta-type', 'PMTA')).stderr).toContain('the number of a type');
    expect((await run('hugh@people.example', '--pmta-type', '255')).stderr).toContain('the number of a type');
    const none = files.write('empty', 'no chain');
    expect((await run('hugh@people.example', '--proof', none)).stderr).toContain('no chain of records');
    expect((await run('hugh@people.example', '--proof', '/nowhere')).stderr).toContain('no such file');
  });
});

/** What a camera makes of the lines: light modules drawn, four pixels each. */
function read(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => [
    Array.from(line, (block) => block === '█' || block === '▀'),
    Array.from(line, (block) => block === '█' || block === '▄'),
  ]);
  const scale = 4;
  const [width, height] = [rows[0]!.length * scale, rows.length * scale];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = rows[Math.floor(y / scale)]![Math.floor(x / scale)] ? 255 : 0;
      data.fill(shade, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return decodeQR({ width, height, data });
}
