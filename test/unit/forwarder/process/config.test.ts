import { describe, expect, it } from 'vitest';
import { ForwarderConfigInvalid, parseConfig } from '../../../../lib/forwarder/process/config.ts';
import { overlay, VARIABLES } from '../../../../lib/forwarder/process/environment.ts';

const LEAST = { cluster: 'prod-1', bus: { name: 'nspass' } };

describe('parseConfig', () => {
  it('needs a cluster and a bus, and has defaults for the rest', () => {
    expect(parseConfig(LEAST, 'x')).toMatchObject({
      cluster: 'prod-1',
      bus: { name: 'nspass', maxEntryBytes: 262_144 },
      outcomes: {},
      kubernetes: { nodes: true, idleMs: 90_000 },
      ingress: { classNames: [], nodeAddressType: 'InternalIP' },
      report: { status: true, events: true },
      lease: { name: 'netscaler-passthrough', durationMs: 10_000 },
      http: { host: '127.0.0.1', port: 8_080 },
      log: { level: 'info' },
    });
  });

  it.each([
    ['nothing', undefined, /^file: /],
    ['a list', [], /^file: /],
    ['no cluster', { bus: LEAST.bus }, /cluster/],
    [
      'a cluster that is no name',
      { ...LEAST, cluster: 'Prod_1' },
      /NSPASS_CLUSTER \(cluster\) is "Prod_1": .* lower-case letters/,
    ],
    ['a field that nobody knows', { ...LEAST, clusters: [] }, /clusters is not a field/],
    ['a section that nobody knows', { ...LEAST, publish: { window: 1 } }, /publish\.window is not a field/],
    ['a port beyond all ports', { ...LEAST, http: { port: 70_000 } }, /http\.port/],
    ['a level that is none', { ...LEAST, log: { level: 'loud' } }, /log\.level/],
    ['an endpoint that is no URL', { ...LEAST, bus: { name: 'b', endpoint: 'ftp://x' } }, /bus\.endpoint/],
    [
      'snapshots as large as entries',
      { ...LEAST, bus: { name: 'b', maxEntryBytes: 9_000, snapshotBytes: 9_000 } },
      /bus\.snapshotBytes must be less/,
    ],
    ['a view that is stale before it is idle', { ...LEAST, kubernetes: { idleMs: 9_000, staleMs: 9_000 } }, /staleMs/],
    ['a delay shorter than the window', { ...LEAST, publish: { windowMs: 500, maxDelayMs: 100 } }, /maxDelayMs/],
    [
      'node addresses without nodes',
      { ...LEAST, kubernetes: { nodes: false }, ingress: { nodeAddressType: 'ExternalIP' } },
      /nodeAddressType needs/,
    ],
  ])('refuses %s, and names it', (_what, raw, message) => {
    expect(() => parseConfig(raw, 'file')).toThrow(ForwarderConfigInvalid);
    expect(() => parseConfig(raw, 'file')).toThrow(message);
  });
});

describe('every field that has a variable', () => {
  it('nothing set: both that are needed are named, with their form and an example', () => {
    expect(() => parseConfig({}, 'environment')).toThrow(
      'environment: NSPASS_CLUSTER (cluster) is not set: the name of the cluster as in appliances.yml is needed: lower-case letters, digits, - and ., 40 characters at most, such as prod-eu; NSPASS_BUS_NAME (bus.name) is not set: the name or ARN of the event bus is needed, such as nspass-prod',
    );
  });

  it.each(Object.entries(VARIABLES))('%s: a wrong value is named with its form and an example', (name, { field }) => {
    const wrong = overlay(LEAST, {}).raw as Record<string, Record<string, unknown>>;
    const [section, key] = field;
    const raw =
      key === undefined ? { ...wrong, [section]: 7.5 } : { ...wrong, [section]: { ...wrong[section], [key]: 7.5 } };
    const said = new RegExp(`^x: ${name} \\(${field.join('\\.')}\\) is 7\\.5: .* (is|are) needed.*, such as \\S+$`);
    expect(() => parseConfig(raw, 'x')).toThrow(said);
  });

  it('every example is taken', () => {
    for (const [name, { field }] of Object.entries(VARIABLES)) {
      let said = '';
      try {
        const bad = field[1] === undefined ? { [field[0]]: 7.5 } : { [field[0]]: { [field[1]]: 7.5 } };
        parseConfig({ ...LEAST, ...bad }, 'x');
      } catch (error) {
        said = (error as Error).message;
      }
      const example = /, such as (\S+?)(;|$)/.exec(said.slice(said.indexOf(name)))?.[1] ?? '';
      const { raw } = overlay(LEAST, { [name]: example });
      expect(() => parseConfig(raw, name)).not.toThrow();
    }
  });

  it.each(['ftp://user:secret@host', 'https://user:secret@host', 'user:secret@host'])(
    'credentials in a URL are refused, and not shown: %s',
    (endpoint) => {
      for (const raw of [
        { ...LEAST, bus: { name: 'b', endpoint } },
        { ...LEAST, outcomes: { endpoint } },
        { ...LEAST, outcomes: { queueUrl: endpoint } },
      ]) {
        expect(() => parseConfig(raw, 'x')).toThrow(
          /^x: NSPASS_\w+ \(\w+\.\w+\) is not acceptable: [^;@]* without user name and password/,
        );
      }
    },
  );
});
