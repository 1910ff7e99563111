import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lintCommand } from '../../../lib/cli/lint.ts';
import { scanFolder } from '../../../lib/forwarder/source/scan.ts';
import { lint } from '../../../lib/library/index.ts';
import { CLUSTER } from '../../corpus/cluster.ts';
import { CORPUS } from '../../corpus/index.ts';

/** Returns what `nspass lint --format json` prints. */
async function printed(args: readonly string[], stdin = ''): Promise<unknown> {
  let out = '';
  const io = {
    stdin: Readable.from([stdin]),
    out: (text: string): void => {
      out += text;
    },
    err: () => {},
    exit: () => {},
  };
  const reader = { read: () => Promise.reject(new Error('no cluster')) };
  await lintCommand(reader, io).parseAsync([...args, '--format', 'json'], { from: 'user' });
  return JSON.parse(out);
}

describe('the library and the command say the same', () => {
  it('of all examples', async () => {
    const { files } = await scanFolder('docs/examples');
    const texts = files.map(({ path, file }) => [`docs/examples/${file}`, readFileSync(path, 'utf8')] as const);
    expect(texts.length).toBeGreaterThan(10);
    expect(lint(Object.fromEntries(texts))).toEqual(await printed(['docs/examples']));
  });

  it.each(Object.entries(CORPUS))('of the corpus: %s', async (_topic, cases) => {
    const found = new Set<string>();
    for (const { ingress, cluster = CLUSTER, classNames = [] } of cases) {
      const text = [ingress, ...cluster].map((object) => JSON.stringify(object)).join('\n---\n');
      const findings = lint({ stdin: text }, { classNames });
      expect(findings).toEqual(await printed(['-', ...classNames.flatMap((name) => ['--class', name])], text));
      for (const { code } of findings) found.add(code);
    }
    // Not only because nothing could be read.
    expect([...found].filter((code) => code !== 'ManifestInvalid')).not.toEqual([]);
  });
});
