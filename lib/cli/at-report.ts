import { hostPort, qualifiedName } from '../contract/index.ts';
import type { Fold, FrontendLine, HostLine, KnownObject } from '../history/index.ts';
import type { RouteClaim } from '../preview/index.ts';
import { coversName, type Frontend, frontendKey } from '../route/index.ts';
import { blockYaml } from './block-yaml.ts';
import { timeText } from './history-source.ts';
import { coverageJson, coverageLines, eventJson, eventText } from './history-text.ts';
import type { Screen } from './terminal.ts';

/** Which lines are shown. */
export interface AtFilter {
  /** Only this host, and wildcards that cover it. */
  readonly host?: string;
  /** Only hosts that an object of this cluster holds or waits for. */
  readonly cluster?: string;
}

/** The hosts of one appliance. */
export interface ApplianceLines {
  readonly appliance: string;
  readonly lines: readonly HostLine[];
  readonly frontends: readonly FrontendLine[];
  /** Returns an object that a claim names. */
  readonly objectOf: (claim: RouteClaim) => KnownObject | undefined;
}

/** Returns the lines that the filter shows, by appliance: of a host also the front ends where it is. */
export function linesOf({ appliances }: Fold, { host, cluster }: AtFilter): ApplianceLines[] {
  return appliances.map(({ model }) => {
    const lines = model.hosts
      .sorted()
      .filter(({ entry }) => host === undefined || coversName(entry.host, host))
      .filter(({ entry }) => cluster === undefined || entry.claims.some(({ owner }) => owner.cluster === cluster));
    const here = new Set(lines.map(({ entry }) => frontendKey(entry.frontend)));
    return {
      appliance: model.rules.appliance,
      objectOf: ({ owner }) => model.objects.of(owner),
      lines,
      frontends: model.frontends
        .sorted()
        .filter(({ frontend }) => host === undefined || here.has(frontendKey(frontend)))
        .filter(({ owners }) => cluster === undefined || owners.some((owner) => owner.cluster === cluster)),
    };
  });
}

const nameOf = ({ owner }: Pick<RouteClaim, 'owner'>): string => `${owner.cluster}/${qualifiedName(owner)}`;

/** Returns what a connection to a host meets, in the words of `nspass status`. */
const stateOf = ({ target, members = [] }: RouteClaim): 'routed' | 'empty' | 'redirect' => {
  if (target.startsWith('redirect')) return 'redirect';
  return members.length === 0 ? 'empty' : 'routed';
};

const HEAD = ['HOST', 'FRONT END', 'STATE', 'HOLDER', 'LEADS TO', 'MEMBERS', 'SINCE', 'EVENT'];

const placeOf = ({ vip, port }: Frontend): string => hostPort(vip, port);

function cellsOf({ entry: { host, frontend, claims }, since }: HostLine): string[] {
  const [holder] = claims;
  return [
    host,
    placeOf(frontend),
    stateOf(holder),
    nameOf(holder),
    holder.target,
    holder.members?.join(',') || '-',
    timeText(since.published),
    eventText(since),
  ];
}

/** Returns the configuration as text, without a line break at the end. */
export function atTable(fold: Fold, shown: readonly ApplianceLines[], until: number, screen: Screen): string {
  const blocks = shown.flatMap(({ appliance, lines, frontends }) => {
    const [head = '', ...texts] = aligned([HEAD, ...lines.map(cellsOf)]);
    const claims = frontends.flatMap(frontendCells);
    const body = texts.flatMap((text, index) => [text, ...standbyLines(lines[index] as HostLine)]);
    return [
      ...(shown.length === 1 ? [] : [`${appliance}:`]),
      ...(lines.length === 0 ? ['no routes'] : [head, ...body]),
      '',
      ...(claims.length === 0 ? [] : [...aligned([FRONTEND_HEAD, ...claims]), '']),
    ];
  });
  const count = shown.reduce((sum, { lines }) => sum + lines.length, 0);
  return [
    ...blocks,
    `${count} ${count === 1 ? 'route' : 'routes'} at ${timeText(until)}, from ${fold.counts.events} events`,
    ...coverageLines(fold, screen),
  ].join('\n');
}

const FRONTEND_HEAD = ['FRONT END', 'HAS', 'BY', 'SINCE', 'EVENT'];

/** What a front end does for a listener with connections that no host takes. */
const LISTENS: Readonly<Record<Frontend['kind'], string>> = { tls: 'listener (reset)', http: 'listener (404)' };

/** Returns a row for each listener and each setting of a front end; none for one that has hosts only. */
const frontendCells = ({ frontend, listeners, settings }: FrontendLine): string[][] =>
  [
    ...listeners.map((listener) => ({ ...listener, has: LISTENS[frontend.kind] })),
    ...settings.map((setting) => ({ ...setting, has: `${setting.attribute} ${setting.value}` })),
  ].map(({ has, owner, since }) => [
    placeOf(frontend),
    has,
    nameOf({ owner }),
    timeText(since.published),
    eventText(since),
  ]);

/** Returns rows as lines, each column as wide as its widest cell. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const standbyLines = ({ entry: { claims } }: HostLine): string[] =>
  claims.slice(1).map((claim) => `  waits: ${nameOf(claim)}, created ${timeText(claim.created * 1000)}`);

/** Returns the configuration as programs read it. Fields are only ever added. */
export function atJson(fold: Fold, shown: readonly ApplianceLines[], until: number) {
  return {
    time: timeText(until),
    events: fold.counts.events,
    unreadable: fold.counts.unreadable,
    clusters: coverageJson(fold),
    refused: fold
      .refusals()
      .map(({ appliance, by, refused = '' }) => ({ appliance, event: eventJson(by), reason: refused })),
    appliances: shown.map(({ appliance, lines, frontends, objectOf }) => ({
      appliance,
      frontends: frontends.map(frontendJson),
      routes: lines.map(({ entry: { host, frontend, claims }, since }) => {
        const [holder, ...standby] = claims;
        return {
          host,
          frontend: placeOf(frontend),
          kind: frontend.kind,
          state: stateOf(holder),
          holder: claimJson(holder, objectOf(holder)),
          standby: standby.map((claim) => claimJson(claim, objectOf(claim))),
          members: [...(holder.members ?? [])],
          since: eventJson(since),
        };
      }),
    })),
  };
}

const frontendJson = ({ frontend, since, listeners, settings }: FrontendLine) => ({
  frontend: placeOf(frontend),
  kind: frontend.kind,
  since: eventJson(since),
  listeners: listeners.map(({ owner, since: claimed }) => ({
    cluster: owner.cluster,
    gateway: qualifiedName(owner),
    since: eventJson(claimed),
  })),
  settings: settings.map(({ attribute, value, owner, since: decided }) => ({
    attribute,
    value,
    cluster: owner.cluster,
    ingress: qualifiedName(owner),
    since: eventJson(decided),
  })),
});

function claimJson(claim: RouteClaim, object: KnownObject | undefined) {
  return {
    cluster: claim.owner.cluster,
    ingress: qualifiedName(claim.owner),
    created: timeText(claim.created * 1000),
    leadsTo: claim.target,
    ...(object === undefined ? {} : { stated: eventJson(object.since), confirmed: eventJson(object.confirmed) }),
  };
}

export const atYaml = (fold: Fold, shown: readonly ApplianceLines[], until: number): string =>
  blockYaml(atJson(fold, shown, until)).trimEnd();
