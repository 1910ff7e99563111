import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, functionName } from '../../../infra/names.ts';
import { outputs } from '../../../infra/outputs.ts';
import { resources } from '../../../infra/template.ts';
import { AUDIT_CODES } from '../../../lib/audit/index.ts';
import { replaySummary, WAIT_MINUTES } from '../../../lib/cli/replay.ts';
import { REPORT_AFTER_MS } from '../../../lib/cli/replay-stall.ts';
import { FLAGGED_MS } from '../../../lib/cli/replay-windows.ts';
import { topology } from '../../../lib/config/topology.ts';
import { DEFAULT_SETTINGS } from '../../../lib/forwarder/settings.ts';
import { CATALOGUE } from '../../../lib/ingress/index.ts';
import { METRICS } from '../../../lib/telemetry/index.ts';
import { appliance, deploy } from '../../unit/infra/support.ts';
import { ROOT } from '../cloud/support/project.ts';
import { type Page, RUNBOOKS } from './pages.ts';

const deployment = deploy({}, [appliance('edge', ['prod'], { checkCertificates: true })]);
const all = resources(deployment);
const of = (type: string) =>
  Object.values(all)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
const own = (name: unknown): string => String(name).replace(/^nspass-dev[-/]/, '');

const alarms = new Map(of('AWS::CloudWatch::Alarm').map((alarm) => [own(alarm.AlarmName), alarm]));
const queries = of('AWS::Logs::QueryDefinition').map(({ Name }) => own(Name));
const titles = JSON.stringify(all.Dashboard);
const plan = topology(deployment.appliances);

/** Text of the code, the configuration and the templates, with their messages, names and keys. */
const sources = [
  'lib/**/*.ts',
  'functions/*.ts',
  'infra/**/*',
  'serverless.yml',
  'package.json',
  'appliances.example.yml',
]
  .flatMap((pattern) => globSync(join(ROOT, pattern)))
  .filter((file) => /\.\w+$/.test(file))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Words of others, which no code of ours can hold: commands of the appliance, and what AWS and Kubernetes say. */
const FOREIGN = new Set([
  'set system user nspass <new>',
  'show system user',
  'unlock aaa user',
  'set system user',
  'save ns config',
  'shell df /flash',
  'show ns config',
  'Task timed out',
  'AccessDenied…',
  '…AccessDenied…',
  'Runtime.ImportModuleError',
  'NO_PERMISSIONS',
  'kms:Decrypt',
  'Runtime.OutOfMemory',
  'AuditSchedulerSchedule1',
  'aws',
  'kubectl',
  'helm',
  'curl',
  'nspass-prod',
  '$DEPLOYMENT',
  'LB',
  'SSL',
  'CS',
]);

/** Returns whether a name, with `…` for its variable parts, matches one of these. */
function among(pattern: string, names: Iterable<string>): boolean {
  const form = pattern.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(`^${form.join('.*')}$`);
  return [...names].some((name) => whole.test(name));
}

/** Names with a form of their own: those of alarms, functions, queues and outputs. */
const NAMES = [
  ...alarms.keys(),
  ...Object.keys(FUNCTIONS).map((key) => functionName('', key as keyof typeof FUNCTIONS)),
  ...plan.queues.map(({ name }) => `-${name}`),
  ...Object.keys(outputs(deployment)),
];
/** Codes that are written like this. */
const CODES = [...Object.keys(CATALOGUE), ...Object.keys(AUDIT_CODES), ...Object.keys(METRICS)];

/** Last lines of `nspass replay`, with their exit status. */
const ENDS = (
  [
    { end: 'taken', complaints: [], parked: 0 },
    { end: 'taken', complaints: ['edge: ObjectMissing: x'], parked: 0 },
    { end: 'taken', complaints: [], parked: 2 },
    { end: 'stalled', complaints: [], parked: 0 },
    { end: 'interrupted', complaints: [], parked: 0 },
  ] as const
).map((result) => replaySummary(result, { audited: true, bounded: false, wait: WAIT_MINUTES }));
const lastLines = ENDS.map(({ lines }) => lines.at(-1) ?? '');

/** Fields of YAML and paths in it are looked for by their last key. */
const key = (path: string): string => path.split('.').at(-1) ?? path;

function known(span: string): boolean {
  if (FOREIGN.has(span) || among(span, NAMES) || CODES.includes(span) || among(span, lastLines)) return true;
  if (span.startsWith('{')) return Object.keys(JSON.parse(span)).every((name) => sources.includes(`${name}:`));
  if (/^[\w-]+=\w+(&[\w-]+=\w+)*$/.test(span)) {
    return span.split('&').every((part) => sources.includes(`'${part.split('=')[0]}'`));
  }
  const setting = /^(\w+): (\w+)$/.exec(span);
  if (setting !== null) return setting.slice(1).every((part) => sources.includes(part));
  // `no progress for 30 minutes: stopped waiting`: figures differ.
  const parts = span.split(/…|\d+|"edge"|\bedge\b|[{}[\]<>]/).map((part) => part.trim());
  const telling = parts.filter((part) => /[a-z]{2}/i.test(part));
  if (telling.length === 0) return false;
  return telling.every((part) => sources.includes(part) || (/^[\w.]+:?$/.test(part) && sources.includes(key(part))));
}

describe('words of the runbooks', () => {
  it.each(RUNBOOKS)('$name: what stands between backticks is in the code', ({ code }) => {
    expect(code.filter((span) => !known(span))).toEqual([]);
  });

  it.each(RUNBOOKS)('$name: saved queries and widgets are deployed', ({ italics }) => {
    const missing = italics.filter(
      (name) => !queries.includes(name) && !titles.toLowerCase().includes(name.toLowerCase()),
    );
    expect(missing).toEqual([]);
  });

  it('alarms that a page begins with name this page, and no alarm is left out', () => {
    const named = RUNBOOKS.flatMap(({ name, code }) => code.map((span) => [name, span] as const));
    for (const [id, { AlarmDescription }] of alarms) {
      const page = /Runbook: docs\/runbooks\/(\S+)\.md$/.exec(String(AlarmDescription))?.[1];
      const here = named.filter(([name, span]) => name === page && among(span, [id]));
      expect(here.length, `${id} is not named on its page ${page}`).toBeGreaterThan(0);
    }
  });

  it('notices what is not there', () => {
    for (const span of ['…Unreachible', 'nobody reads its … events', 'OutcomesLost', 'snapshotMinuts', '…-reconsile']) {
      expect(known(span), span).toBe(false);
    }
    expect(among('Rule…Undelivered', alarms.keys())).toBe(true);
  });
});

describe('the ends of a replay', () => {
  const page = readFileSync(join(ROOT, 'docs/runbooks/appliance-lost.md'), 'utf8');
  const rows = [...page.matchAll(/^ *\| (\d+) +\| `([^`]+)`/gm)].map(
    ([, status, line = '']) => [Number(status), line] as const,
  );

  it('are all there are', () => {
    expect(rows.map(([status]) => status).sort()).toEqual(ENDS.map(({ status }) => status).sort());
  });

  it.each(rows)('%i: %s', (status, line) => {
    const meant = ENDS.filter((one) => one.status === status).map(({ lines }) => lines.at(-1) ?? '');
    expect(among(line, meant)).toBe(true);
  });
});

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const COUNTS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  ten: 10,
  fifteen: 15,
};

/** Seconds of a time as it is written. */
function seconds(text: string): number {
  const [count = '', unit = ''] = text.split(/[ -]/);
  const sizes: Record<string, number> = { second: 1, minute: MINUTE, hour: HOUR, day: DAY };
  return (COUNTS[count] ?? Number(count)) * (sizes[unit.replace(/s$/, '')] ?? Number.NaN);
}

/** Returns the time after which an alarm fires. */
function waits(id: string): number {
  const { Period, EvaluationPeriods } = (alarms.get(id) ?? {}) as { Period?: number; EvaluationPeriods?: number };
  return Number(Period) * Number(EvaluationPeriods);
}
const threshold = (id: string): number => Number(alarms.get(id)?.Threshold);

/** Reads a figure that only the file knows, which holds it. */
function figure(file: string, form: RegExp): number {
  const value = form.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1];
  if (value === undefined) throw new Error(`${file} has no ${form}`);
  return Number(value.replaceAll('_', ''));
}
const work = plan.queues.find(({ purpose }) => purpose === 'work');
const longestWait = (): number => figure('lib/runtime/visibility.ts', /MAX_WAIT_SECONDS = ([\d_]+)/);
const interval = DEFAULT_SETTINGS.snapshotIntervalMs / 1000;

/** Source of each time on a page. A time without a source may be wrong. */
const TIMES: Record<string, Record<string, () => readonly number[]>> = {
  README: { '14 days': () => [Number(work?.retentionSeconds)] },
  'appliance-lost': {
    '15 minutes': () => [longestWait()],
    '14 days': () => [Number(work?.retentionSeconds)],
    '26 hours': () => [FLAGGED_MS / 1000],
    'three minutes': () => [REPORT_AFTER_MS / 1000],
    'a second': () => [1],
  },
  'appliance-restored': { '15 minutes': () => [interval] },
  'certificate-expires': { '14 days': () => [threshold('EdgeCertificateExpires')] },
  'cluster-lost': {
    '10 minutes': () => [waits('ProdSilent')],
    '15 minutes': () => [threshold('ProdOutcomesUnread'), interval],
    '45 minutes': () => [waits('EdgeProdNoSnapshot'), 3 * interval],
    '30 hours': () => [threshold('EdgeProdNotSeen')],
    // CloudWatch's own delay.
    'two minutes': () => [2 * MINUTE],
  },
  'credentials-rotated': { 'five minutes': () => [figure('lib/aws/secrets.ts', /cacheMs = ([\d_]+)/) / 1000] },
  'function-failing': { '3 minutes': () => [threshold('EdgeWaiting')] },
  'mass-conflict': { '15 minutes': () => [waits('EdgeMassConflict')] },
  'not-saved': { 'an hour': () => [threshold('EdgeNotSaved') - Number(deployment.appliances[0]?.saveAfterSeconds)] },
  'poison-event': {
    // 250 receives at three quarters of the longest wait on average: about two days (lib/config/topology.ts).
    'two days': () => [Math.floor((Number(work?.redrive?.maxReceives) * longestWait()) / DAY) * DAY],
    'a minute': () => [figure('lib/cli/redrive.ts', /POLLS = ([\d_]+)/) * 2],
    '14 days': () =>
      plan.queues.filter(({ purpose }) => purpose === 'parking').map(({ retentionSeconds }) => retentionSeconds),
  },
  'region-lost': {},
};

describe('times of the runbooks', () => {
  const rows = RUNBOOKS.flatMap((page: Page) => [...new Set(page.durations)].map((time) => [page.name, time] as const));

  it.each(rows)('%s: %s', (name, time) => {
    const source = TIMES[name]?.[time];
    expect(source, 'a time without a source: say in TIMES where it comes from').toBeDefined();
    for (const value of source?.() ?? []) expect(value).toBe(seconds(time));
  });
});
