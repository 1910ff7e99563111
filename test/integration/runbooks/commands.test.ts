import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterEach, describe, expect, it } from 'vitest';
import { lintCommand } from '../../../lib/cli/lint.ts';
import { redriveCommand } from '../../../lib/cli/redrive.ts';
import { removeCommand } from '../../../lib/cli/remove.ts';
import { replayCommand } from '../../../lib/cli/replay.ts';
import { statusCommand } from '../../../lib/cli/status.ts';
import { whyCommand } from '../../../lib/cli/why/why.ts';
import { parseConfig } from '../../../lib/forwarder/process/config.ts';
import { LeaderElectedForwarder } from '../../../lib/forwarder/process/leader-elected-forwarder.ts';
import { CATALOGUE } from '../../../lib/ingress/index.ts';
import { CollectingBus } from '../../support/collecting-publisher.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeApiServer } from '../../support/fake-apiserver.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { plainAccess } from '../../unit/forwarder/kubernetes/support.ts';
import { deploy } from '../../unit/infra/support.ts';
import { ROOT } from '../cloud/support/project.ts';
import { REMOVAL, RUNBOOKS } from './pages.ts';

const refused = () => Promise.reject(new Error('no cluster'));
const noCluster = { objects: { read: refused }, warnings: refused };

const COMMANDS: Record<string, () => Command> = {
  replay: replayCommand,
  redrive: redriveCommand,
  remove: removeCommand,
  status: statusCommand,
  why: () => whyCommand(noCluster),
  lint: () => lintCommand({ read: () => Promise.reject(new Error('no cluster')) }),
};

const chart = /^name: (\S+)$/m.exec(readFileSync(join(ROOT, 'infra/helm/Chart.yaml'), 'utf8'))?.[1];
const { namespace } = deploy().forwarder('c1');
const { adminPort } = parseConfig({ cluster: 'c', bus: { name: 'b' } }, 'test').http;

/** Words of a command, as a shell takes them apart. */
const words = (command: string): string[] =>
  [...command.matchAll(/(?:'([^']*)'|"([^"]*)"|([^\s'"]+))+/g)].map(([word]) => word.replace(/['"]/g, ''));

/** Returns the problems of the options of a command of ours; empty if all are known. */
function nspassProblem(args: readonly string[]): string | undefined {
  const [name = '', ...rest] = args;
  const command = COMMANDS[name]?.();
  if (command === undefined) return `there is no command ${name}`;
  command.exitOverride().configureOutput({ writeErr: () => {} });
  const { unknown } = command.parseOptions(rest);
  return unknown.length === 0 ? undefined : `unknown: ${unknown.join(' ')}`;
}

/** Programs of others. They want a cluster or an account: what they name of ours is looked at, and not run. */
const OTHERS: readonly [RegExp, (match: RegExpMatchArray) => string | undefined][] = [
  [/^kubectl get namespace kube-system -o jsonpath='\{\.metadata\.uid\}'$/, () => undefined],
  [/^kubectl get ingress -A$/, () => undefined],
  [
    /^kubectl get events -A --field-selector reason=(\w+)$/,
    ([, reason = '']) => (Object.hasOwn(CATALOGUE, reason) ? undefined : `no finding ${reason}`),
  ],
  [/^kubectl -n (\S+) get (?:deploy|pods)$/, ([, own]) => (own === namespace ? undefined : `namespace ${own}`)],
  [
    /^kubectl -n (\S+) port-forward deploy\/(\S+) (\d+)(?: &)?$/,
    // The release is called nspass in docs/forwarder.md.
    ([, own, name, port]) =>
      own === namespace && name === `nspass-${chart}` && Number(port) === adminPort
        ? undefined
        : `${own} ${name} ${port}`,
  ],
  [/^helm uninstall$/, () => undefined],
  [
    /^aws secretsmanager put-secret-value --secret-id nspass\/edge --secret-string file:\/\/new\.json$/,
    () => undefined,
  ],
  [/^aws cloudformation delete-stack --stack-name nspass-prod$/, () => undefined],
  [/^npm run deploy -- --stage prod --region eu-west-1$/, () => script('deploy')],
  [/^npm install --global$/, () => undefined],
];

function script(name: string): string | undefined {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  return Object.hasOwn(scripts, name) ? undefined : `no script ${name}`;
}

/** Runs a line in a shell of its own. */
const shell = (line: string, env: Record<string, string> = {}): Promise<{ status: number; output: string }> =>
  new Promise((resolve) => {
    execFile('bash', ['-c', line], { cwd: ROOT, env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, output: `${out}${err}` }),
    );
  });

const all = [...RUNBOOKS, REMOVAL].flatMap(({ name, commands }) => commands.map((command) => [name, command] as const));
const ours = (program: string) => all.filter(([, command]) => command.startsWith(`${program} `));

describe('commands of the runbooks', () => {
  it('are found', () => {
    expect(all.length).toBeGreaterThan(20);
    expect(ours('nspass').length).toBeGreaterThan(8);
    expect(ours('curl').length).toBeGreaterThan(2);
  });

  it.each(ours('nspass'))('%s: %s has only options that there are', (_page, command) => {
    expect(nspassProblem(words(command).slice(1))).toBeUndefined();
  });

  it.each(all.filter(([, command]) => /^(kubectl|helm|aws|npm) /.test(command)))(
    '%s: %s names what there is',
    (_page, command) => {
      const [found] = OTHERS.flatMap(([form, judge]) => {
        const match = command.match(form);
        return match === null ? [] : [{ problem: judge(match) }];
      });
      expect(found, 'a command that this test does not know').toBeDefined();
      expect(found?.problem).toBeUndefined();
    },
  );

  it('are all of a program that is looked at here', () => {
    expect(all.filter(([, command]) => !/^(nspass|kubectl|helm|aws|npm|npx|curl|alias) /.test(command))).toEqual([]);
  });

  it.each(ours('alias'))(
    '%s: %s makes the command',
    async (_page, command) => {
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
      const { output } = await shell(`shopt -s expand_aliases\n${command}\nnspass --version`);
      expect(output.trim().split('\n').at(-1)).toBe(version);
    },
    60_000,
  );
});

describe('snapshots that the runbooks ask for', () => {
  let server: FakeApiServer;
  let forwarder: LeaderElectedForwarder;
  afterEach(async () => {
    await forwarder.stop();
    await server.stop();
  });

  /** Effect of each parameter on the snapshot. */
  const SAYS: Record<string, object> = {
    'verify=edge': { verify: ['edge'] },
    'confirmed=true': { confirmed: true },
    'take-over=true': { takesOver: true },
  };

  it.each(ours('curl'))(
    '%s: %s is taken, and published',
    async (_page, command) => {
      server = await FakeApiServer.start();
      const bus = new CollectingBus();
      const http = { port: 0, adminPort: 0 };
      forwarder = new LeaderElectedForwarder({
        config: parseConfig({ cluster: 'c1', bus: { name: 'nspass' }, publish: { windowMs: 5 }, http }, 'test'),
        access: plainAccess(server.url),
        name: 'a',
        log: memoryLog(),
        publisher: () => bus.publisher('a'),
        outcomes: () => ({ start: async () => {}, stop: () => {} }),
      });
      await forwarder.start();
      await eventually(() => forwarder.leading && bus.events.length === 1, 'it leads');

      const here = command.replace(`:${adminPort}/`, `:${forwarder.ports.admin}/`);
      expect(here).not.toBe(command);
      const { output } = await shell(`${here} --silent --show-error --write-out '%{http_code}'`);
      expect(output).toMatch(/202$/);
      await eventually(() => bus.events.length === 2, 'the snapshot');
      const query = /\?([^']*)/.exec(command)?.[1] ?? '';
      const says = Object.assign({ flagged: true }, ...query.split('&').map((part) => SAYS[part] ?? { unknown: part }));
      expect(bus.events[1]?.event.detail.data).toMatchObject(says);
    },
    30_000,
  );
});
