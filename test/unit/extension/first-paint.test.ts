/** What stands between the click on the button and the popup: its first script, as the build makes it. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

describe('the popup’s first script', () => {
  test('has no cryptography, no settings and no codec in it: these come after the first paint', async () => {
    const { metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ['src/extension/popup/popup.ts'],
      bundle: true,
      format: 'esm',
      write: false,
      outdir: 'out',
      metafile: true,
      plugins: [
        {
          name: 'what is loaded later',
          setup: ({ onResolve }) =>
            onResolve({ filter: /./ }, ({ kind }) => (kind === 'dynamic-import' ? { external: true } : undefined)),
        },
      ],
    });
    const [output] = Object.values(metafile.outputs);
    const inFirst = Object.entries(output!.inputs).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    );
    expect(inFirst).toContain('src/explain/picture.ts');
    const late = /@noble|\/settings\.ts|\/managed\.ts|\/wire\.ts|\/presentation|\/later\.ts|\/anchors\.ts/;
    expect(inFirst.filter((path) => late.test(path))).toEqual([]);
  });
});
