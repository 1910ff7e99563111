import { describe, expect, it } from 'vitest';
import { clusterChecks } from '../../../../lib/cli/doctor/cluster-checks.ts';
import type { ClusterFacts } from '../../../../lib/cli/doctor/cluster-facts.ts';
import { settingsIn } from '../../../../lib/cli/doctor/rights-settings.ts';
import { FORWARDER_RIGHTS } from '../../../../lib/forwarder/kubernetes/index.ts';

const NOW = 1_790_000_000_000;
const lease = { version: '1', holder: 'a', durationMs: 10_000, transitions: 0, reserved: 0, renewed: NOW };
const GOOD: ClusterFacts = {
  namespace: 'nspass',
  account: 'system:serviceaccount:nspass:nspass-forwarder',
  forwarder: { state: 'there', value: { name: 'f', serviceAccount: 'nspass-forwarder', wanted: 2, ready: 2 } },
  settings: settingsIn(undefined, { name: 'f', namespace: 'nspass' }),
  settingsRead: true,
  asked: 'account',
  rights: FORWARDER_RIGHTS.map((right) => ({ right, allowed: true })),
  leaseId: 'nspass/f',
  lease: { state: 'there', value: lease },
  clock: { before: NOW, after: NOW, theirs: NOW },
};
const without = (of: (right: (typeof FORWARDER_RIGHTS)[number]) => boolean): Partial<ClusterFacts> => ({
  rights: FORWARDER_RIGHTS.map((right) => ({ right, allowed: !of(right) })),
});

describe('a cluster', () => {
  it('that has everything: nothing is wrong', () => {
    expect(clusterChecks(GOOD).filter(({ result }) => result !== 'ok')).toEqual([]);
  });

  it.each<[string, Partial<ClusterFacts>, string, RegExp, RegExp]>([
    [
      'a clock that is a minute behind',
      {
        clock: { before: NOW, after: NOW, theirs: NOW - 61_000 },
        lease: { state: 'there', value: { ...lease, renewed: NOW - 61_000 } },
      },
      'clock',
      /^is 60 s behind/,
      /timedatectl/,
    ],
    [
      'no right to report status',
      without(({ resource }) => resource === 'ingresses/status'),
      'may patch ingresses/status.networking.k8s.io',
      /may not patch$/,
      /kubectl auth can-i patch ingresses\.networking\.k8s\.io --subresource=status --as .* -A$/,
    ],
    [
      'no right to renew the Lease',
      without(({ resource, verb }) => resource === 'leases' && verb === 'patch'),
      'may get, patch, create leases.coordination.k8s.io',
      /may not patch$/,
      /leases\.coordination\.k8s\.io\/f --as .* -n nspass$/,
    ],
    [
      'a Lease whose holder stopped',
      { lease: { state: 'there', value: { ...lease, renewed: NOW - 21_000 } } },
      'lease',
      /^nspass\/f is held by a, who renewed it last at 2026-09-21T/,
      /kubectl -n nspass logs/,
    ],
    ['no Lease', { lease: { state: 'missing' } }, 'lease', /no replica has ever led/, /logs/],
    [
      'no forwarder',
      { forwarder: { state: 'missing' } },
      'forwarder',
      /not installed in the namespace nspass/,
      /--namespace/,
    ],
  ])('%s', (_what, more, check, text, remedy) => {
    const wrong = clusterChecks({ ...GOOD, ...more }).filter(({ result }) => result === 'failed');
    expect(wrong.map((one) => one.check)).toEqual([check]);
    expect(wrong[0]?.text).toMatch(text);
    expect(wrong[0]?.remedy).toMatch(remedy);
  });

  it('a review that failed is not seen, and not wrong', () => {
    const rights = FORWARDER_RIGHTS.map((right) => ({ right, allowed: 'the API server did not answer' }));
    const checks = clusterChecks({ ...GOOD, rights });
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(checks.filter(({ text }) => text.includes('did not answer')).length).toBeGreaterThan(7);
  });
});

describe('the settings of a forwarder', () => {
  const names = { name: 'release', namespace: 'ns' };
  it.each([
    ['absent', undefined, true, 'release', 'ns'],
    ['not JSON', '{', true, 'release', 'ns'],
    [
      'of a newer version',
      '{"kubernetes":{"nodes":false,"new":1},"lease":{"name":"l","namespace":"m"}}',
      false,
      'l',
      'm',
    ],
    ['of odd types', '{"kubernetes":[],"lease":"x"}', true, 'release', 'ns'],
  ])('%s', (_what, config, nodes, leaseName, leaseNamespace) => {
    expect(settingsIn(config, names)).toMatchObject({ leaseName, leaseNamespace, on: { 'kubernetes.nodes': nodes } });
  });
});
