import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { zipOf } from '../../../infra/zip.ts';
import { unzip } from '../../integration/cloud/support/zip.ts';

const FILES: readonly [string, string | Uint8Array][] = [
  ['functions/reconcile.mjs', new Uint8Array([1, 2, 3])],
  ['appliances.json', '{"name":"ä"}\n'],
  ['ca/edge.pem', 'an authority\n'],
];

/** Returns time, mode and system of each entry in the central directory of a zip (APPNOTE 4.3.12). */
function entries(zip: Buffer): { path: string; time: number; date: number; mode: number; system: number }[] {
  const found = [];
  for (let at = zip.indexOf('PK\x01\x02'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 4)) {
    found.push({
      path: zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28)),
      time: zip.readUInt16LE(at + 12),
      date: zip.readUInt16LE(at + 14),
      mode: zip.readUInt32LE(at + 38) >>> 16,
      system: zip[at + 5] ?? -1,
    });
  }
  return found;
}

describe('the zip of a function', () => {
  it('contains its files', () => {
    const files = unzip(Buffer.from(zipOf(new Map(FILES))));
    expect(Object.fromEntries([...files].map(([path, content]) => [path, content.toString('latin1')]))).toEqual({
      'appliances.json': Buffer.from('{"name":"ä"}\n').toString('latin1'),
      'ca/edge.pem': 'an authority\n',
      'functions/reconcile.mjs': '\x01\x02\x03',
    });
  });

  it('is sorted, dated 1980-01-01 and world-readable', () => {
    const same = { time: 0, date: (1 << 5) | 1, mode: 0o100644, system: 3 };
    expect(entries(Buffer.from(zipOf(new Map(FILES))))).toEqual([
      { path: 'appliances.json', ...same },
      { path: 'ca/edge.pem', ...same },
      { path: 'functions/reconcile.mjs', ...same },
    ]);
  });

  it('is byte-identical for any order of files', () => {
    expect(zipOf(new Map(FILES.toReversed()))).toEqual(zipOf(new Map(FILES)));
  });

  it.each(['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])('is the same byte for byte in the zone %s', (TZ) => {
    const script = `const { zipOf } = await import('${pathToFileURL('infra/zip.ts')}');
process.stdout.write(Buffer.from(zipOf(new Map([['a', 'b']]))).toString('hex'));`;
    const there = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ },
      encoding: 'utf8',
    });
    expect(there).toBe(Buffer.from(zipOf(new Map([['a', 'b']]))).toString('hex'));
  });
});
