import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusEvent } from '../../contract/index.ts';
import { hostPort } from '../../contract/index.ts';
import type { LocalEndpoint } from '../local/backends.ts';
import { eventText } from '../local/event-text.ts';
import type { LocalStack } from '../local/stack.ts';
import { SAMPLE, service, WILDCARD } from './manifests.ts';
import { probeHttp, probeTls, type TlsResult } from './probe.ts';

/** The steps that the demo shows and its test checks. Each names its expectation and what it found. */

export const VIP = '192.0.2.10';
const HOT = ['10.244.0.11', '10.244.0.12', '10.244.0.13'];
const COLD = '10.244.0.21';
/** Members that the demo starts first: three of the sample's Service, one of the second. */
export const MEMBERS: readonly { address: string; port: number; service: string }[] = [
  ...HOT.map((address) => ({ address, port: 8443, service: 'default/frontend-hotdrinks' })),
  { address: COLD, port: 8443, service: 'default/frontend-colddrinks' },
];

export interface TourContext {
  readonly folder: string;
  readonly stack: LocalStack;
  /** Events that the forwarder sent, in order. */
  readonly events: readonly BusEvent[];
}

/** A step found something other than expected. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected';
  readonly expected: string;
  readonly found: string;
  constructor(expected: string, found: string) {
    super(`expected ${expected}; found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}

export interface Step {
  readonly title: string;
  /** Noun for the lines, if they are too many to show by default. */
  readonly many?: string;
  /** @returns lines to show. @throws {Unexpected} */
  readonly run: (context: TourContext) => Promise<readonly string[]>;
}

export const SAMPLE_HOST = 'hotdrinks.beverages.com';

export const STEPS: readonly Step[] = [
  {
    title: 'The vendor’s sample is applied: the forwarder sends events',
    async run({ folder, stack, events }) {
      await writeManifest(
        folder,
        'services.yaml',
        `${service('frontend-hotdrinks', HOT.slice(0, 2))}---\n${service('frontend-colddrinks', [COLD])}`,
      );
      await writeManifest(folder, 'hotdrinks.yaml', SAMPLE);
      await settledAfter(stack, events, (event) => isAbout(event, 'hotdrinks-ingress'));
      const sent = events.filter((event) => isAbout(event, 'hotdrinks-ingress'));
      expect(sent.length > 0, 'an event about hotdrinks-ingress', 'none');
      return sent.map(sentText);
    },
  },
  {
    title: 'The function has programmed the appliance',
    many: 'lines of configuration',
    async run({ stack }) {
      const config = stack.appliance.runningConfig();
      const lines = config.split('\n').filter((line) => /nsp[-_]/.test(line) && !/_l_/.test(line));
      expect(
        lines.some((line) => line.startsWith('add cs vserver')),
        'a content switching server',
        config,
      );
      return lines;
    },
  },
  {
    title: 'A TLS client that names the host gets the back end’s own certificate',
    async run({ stack }) {
      const answer = await certificate(frontend(stack, 443), SAMPLE_HOST, 'default/frontend-hotdrinks');
      return [`SNI ${SAMPLE_HOST} → certificate “${answer.commonName}” (${answer.protocol})`, answer.body];
    },
  },
  {
    title: 'An unknown or missing server name is reset: the appliance never shows a certificate of its own',
    async run({ stack }) {
      const endpoint = frontend(stack, 443);
      await expectReset(endpoint, 'tea.beverages.com');
      await expectReset(endpoint, undefined);
      return ['SNI tea.beverages.com → reset', 'no SNI → reset'];
    },
  },
  {
    title: 'Plain HTTP is redirected',
    async run({ stack }) {
      const wanted = `https://${SAMPLE_HOST}/menu?size=large`;
      const { status, location } = await probeHttp(frontend(stack, 80), SAMPLE_HOST, '/menu?size=large');
      expect(status === 301 && location === wanted, `301 to ${wanted}`, `${status} to ${location}`);
      return [`http://${SAMPLE_HOST}/menu?size=large → ${status} ${location}`];
    },
  },
  {
    title: 'A second Ingress brings a wildcard on the same address',
    async run({ folder, stack, events }) {
      await writeManifest(folder, 'colddrinks.yaml', WILDCARD);
      await settledAfter(stack, events, (event) => isAbout(event, 'colddrinks-ingress'));
      const endpoint = frontend(stack, 443);
      const tea = await certificate(endpoint, 'tea.beverages.com', 'default/frontend-colddrinks');
      const hot = await certificate(endpoint, SAMPLE_HOST, 'default/frontend-hotdrinks');
      await expectReset(endpoint, 'green.tea.beverages.com');
      return [
        `SNI tea.beverages.com → “${tea.commonName}” (wildcard)`,
        `SNI ${SAMPLE_HOST} → “${hot.commonName}” (exact before wildcard)`,
        'SNI green.tea.beverages.com → reset (a wildcard is one label)',
      ];
    },
  },
  {
    title: 'The back end is scaled to a third pod, without a change of the Ingress',
    async run({ folder, stack, events }) {
      await writeManifest(
        folder,
        'services.yaml',
        `${service('frontend-hotdrinks', HOT)}---\n${service('frontend-colddrinks', [COLD])}`,
      );
      await settledAfter(stack, events, (event) => isAbout(event, 'hotdrinks-ingress'));
      const seen = new Map<string, number>();
      for (let request = 0; request < 9; request++) {
        const { commonName } = await certificate(frontend(stack, 443), SAMPLE_HOST, 'default/frontend-hotdrinks');
        seen.set(commonName, (seen.get(commonName) ?? 0) + 1);
      }
      expect(seen.size === 3, 'three back ends to answer nine requests', [...seen.keys()].join(', '));
      return [...seen].sort().map(([name, count]) => `${count} of 9 requests → “${name}”`);
    },
  },
  {
    title: 'The wildcard’s Ingress is deleted: its hosts are refused, the rest goes on',
    async run({ folder, stack, events }) {
      await rm(join(folder, 'colddrinks.yaml'));
      await settledAfter(stack, events, ({ detailType }) => detailType === 'Ingress Withdrawn');
      const endpoint = frontend(stack, 443);
      await expectReset(endpoint, 'tea.beverages.com');
      const hot = await certificate(endpoint, SAMPLE_HOST, 'default/frontend-hotdrinks');
      const left = stack.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => line.includes('colddrinks') && !line.includes('_l_'));
      expect(left.length === 0, 'no object of colddrinks-ingress on the appliance', left.join('\n'));
      return ['SNI tea.beverages.com → reset', `SNI ${SAMPLE_HOST} → “${hot.commonName}”`];
    },
  },
  {
    title: 'The appliance is wiped, and rebuilt by replaying the archive with the cluster switched off',
    async run({ stack }) {
      const before = comparable(stack.appliance.runningConfig());
      await stack.stopForwarder();
      await stack.appliance.wipe();
      const empty = stack.appliance
        .runningConfig()
        .split('\n')
        .filter((line) => /nsp[-_]/.test(line));
      expect(empty.length === 0, 'nothing of ours on a wiped appliance', empty.join('\n'));
      await stack.replay(`demo-${Date.now()}`);
      await within(stack.settled(), 'every replayed event to be applied');
      const after = comparable(stack.appliance.runningConfig());
      const missing = before.filter((line) => !after.includes(line));
      const extra = after.filter((line) => !before.includes(line));
      expect(
        missing.length === 0 && extra.length === 0,
        'the configuration of before',
        `missing:\n${missing.join('\n')}\nextra:\n${extra.join('\n')}`,
      );
      const hot = await certificate(frontend(stack, 443), SAMPLE_HOST, 'default/frontend-hotdrinks');
      await expectReset(frontend(stack, 443), 'tea.beverages.com');
      return [
        `${before.length} lines of configuration are restored, from the archive alone`,
        `SNI ${SAMPLE_HOST} → “${hot.commonName}”`,
        'SNI tea.beverages.com → reset: what was deleted did not come back',
      ];
    },
  },
];

function expect(condition: boolean, expected: string, found: string): asserts condition {
  if (!condition) throw new Unexpected(expected, found);
}

async function writeManifest(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), text);
}

/** Waits until the forwarder has published a new event of this kind, and the event has its outcome. */
async function settledAfter(
  stack: LocalStack,
  events: readonly BusEvent[],
  matches: (event: BusEvent) => boolean,
): Promise<void> {
  const known = events.filter(matches).length;
  const until = performance.now() + 10_000;
  while (events.filter(matches).length === known) {
    if (performance.now() > until) throw new Unexpected('an event within 10 s of the change in the folder', 'none');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await within(stack.settled(), 'the event to have its outcome');
}

/** Longest wait of a step, in milliseconds: a step that hangs has failed. */
const TIMEOUT_MS = 20_000;

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Unexpected(`${what} within ${TIMEOUT_MS / 1000} s`, 'nothing yet')),
      TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function isAbout({ detailType, detail: { data } }: BusEvent, name: string): boolean {
  if (detailType === 'Ingress Changed') return 'ingress' in data && data.ingress.name === name;
  return (
    detailType === 'Cluster Snapshot' &&
    'ingresses' in data &&
    'listed' in data &&
    data.ingresses.some((ingress) => ingress.name === name)
  );
}

function sentText({ detailType, detail }: BusEvent): string {
  return `${eventText({ detailType, detail })} (event “${detailType}”, ${JSON.stringify(detail).length} bytes)`;
}

function frontend(stack: LocalStack, port: number): LocalEndpoint {
  const endpoint = stack.appliance.frontends.get(hostPort(VIP, port));
  expect(endpoint !== undefined, `the appliance to listen on ${VIP}:${port}`, 'nothing there');
  return endpoint;
}

async function certificate(
  endpoint: LocalEndpoint,
  host: string,
  serviceName: string,
): Promise<Extract<TlsResult, { kind: 'certificate' }>> {
  const result = await probeTls(endpoint, host);
  expect(
    result.kind === 'certificate' && result.commonName.startsWith(`${serviceName} at `),
    `the certificate of ${serviceName} for ${host}`,
    JSON.stringify(result),
  );
  return result;
}

async function expectReset(endpoint: LocalEndpoint, host: string | undefined): Promise<void> {
  const result = await probeTls(endpoint, host);
  expect(result.kind === 'reset', `a reset for ${host ?? 'no name'}`, JSON.stringify(result));
}

/** Returns our lines of the configuration without the ledger, whose records have other sequences after a replay. */
function comparable(config: string): string[] {
  return config.split('\n').filter((line) => /nsp[-_]/.test(line) && !/nsp_l_/.test(line));
}
