import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ClusterReader, readClusterSources } from '../../../lib/cli/cluster-sources.ts';
import { planCommand } from '../../../lib/cli/plan.ts';
import { Progress } from '../../../lib/cli/progress.ts';
import { UsageError } from '../../../lib/cli/usage.ts';
import type { K8sIngress } from '../../../lib/ingress/index.ts';
import { ingress } from '../../corpus/case.ts';

const SILENT = new Progress(undefined, () => 0);
const EDGE = ingress({ className: 'edge', hosts: ['shop.example.com'] }) as K8sIngress;
/** A cluster where permissions end at the namespace: IngressClasses cannot be read. */
const UNREAD = { objects: [], extent: 'unread' } as const;
const NAMESPACED: ClusterReader = { read: async () => ({ objects: [EDGE], classesKnown: false, gateways: UNREAD }) };

describe('sources of a live cluster', () => {
  it.each([true, false])('classes that could be read: %s → the sources are partial where not', async (classesKnown) => {
    const reader: ClusterReader = { read: async () => ({ objects: [EDGE], classesKnown, gateways: UNREAD }) };
    const { objects, partial } = await readClusterSources(reader, {}, SILENT);
    expect(objects).toMatchObject([{ object: EDGE, file: 'cluster' }]);
    expect(partial).toBe(!classesKnown);
  });

  it.each<[string, ClusterReader | undefined, RegExp]>([
    ['no reader', undefined, /^--live is not available here\.$/],
    ['a failure', { read: () => Promise.reject(new Error('no route')) }, /^cannot read the cluster: no route$/],
  ])('%s → one sentence', async (_what, reader, message) => {
    const reading = readClusterSources(reader, {}, SILENT);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(UsageError);
  });
});

describe('nspass plan --live', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nspass-'));
  afterEach(() => {
    rmSync(folder, { recursive: true });
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it('where IngressClasses may not be read, a class is assumed to be ours, as lint and why assume it', async () => {
    const base = join(folder, 'base.yaml');
    writeFileSync(base, JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: {} }));
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += text;
      return true;
    });
    const args = ['--live', '--base', base, '--default-vip', '192.0.2.10'];
    await planCommand(NAMESPACED).parseAsync(args, { from: 'user' });
    expect(printed).toContain('+ shop.example.com');
  });
});
