import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import {
  BackendRef,
  type DetailType,
  EVENTS,
  type EventOrigin,
  Finding,
  GatewayState,
  IngressPath,
  IngressRule,
  IngressState,
  Member,
  ResolvedBackend,
  SOURCES,
  TlsRouteBackend,
  TlsRouteParent,
  TlsRouteState,
  toEvent,
} from '../lib/contract/index.ts';
import { docComments } from './doc-comments.ts';
import { EXAMPLES } from './event-examples.ts';
import { describedSchema, fieldRows, type JsonSchema, table } from './schema-docs.ts';

interface EventText {
  /** Meaning of the event, in a sentence. */
  readonly meaning: string;
  /** Sender. */
  readonly from: EventOrigin;
  /** Receivers, by the rules of the bus. */
  readonly to: string;
  readonly subject: string;
}

const KEY_RANGE = '`<from>-<to>`: a range of keys';
const OUTCOME = { from: SOURCES.functions, to: 'the forwarder of the cluster', subject: '`namespace/name`' } as const;
const DESIRED = { from: SOURCES.forwarder, to: 'each appliance that serves the cluster; the archive' } as const;

/** Descriptions that the schemas do not hold. A new event type does not compile without its entry. */
const TEXTS: Readonly<Record<DetailType, EventText>> = {
  'Ingress Changed': {
    ...DESIRED,
    meaning: 'Contains the whole Ingress at its `sequence`.',
    subject: '`namespace/name`',
  },
  'Ingress Withdrawn': {
    ...DESIRED,
    meaning:
      'From its `sequence` on, the Ingress is no longer selected: it was deleted, or its annotations or class changed.',
    subject: '`namespace/name`',
  },
  'Cluster Snapshot': {
    ...DESIRED,
    meaning:
      'Contains all passthrough Ingresses of a cluster whose key lies in `from`–`to`, at its `sequence`. An Ingress of this range that is missing does not exist.',
    subject: KEY_RANGE,
  },
  'Resync Requested': {
    from: SOURCES.functions,
    to: 'the forwarder of the cluster',
    meaning: 'Requests that the forwarder publishes some or all Ingresses again, for verification on these appliances.',
    subject: 'none',
  },
  'Work Requested': {
    from: SOURCES.functions,
    to: 'the appliance’s queue',
    meaning: 'Requests that the configuration is saved, or that back ends are removed after their drain time.',
    subject: 'name of the appliance',
  },
  'Ingress Programmed': {
    ...OUTCOME,
    meaning: 'The appliance confirmed that at least one host of the Ingress carries traffic.',
  },
  'Ingress Removed': { ...OUTCOME, meaning: 'The appliance has no object of the Ingress any more.' },
  'Ingress Rejected': { ...OUTCOME, meaning: 'No host of the Ingress carries traffic. The findings explain why.' },
  'Ingress Failed': {
    ...OUTCOME,
    meaning: 'The appliance refused a change. The reason names the object and the error.',
  },
  'Ingress Stale': {
    ...OUTCOME,
    meaning: 'An outdated event was dropped. The outcome contains the recorded sequence.',
  },
  'TLSRoute Changed': {
    ...DESIRED,
    meaning: 'Contains the whole TLSRoute at its `sequence`, with the listeners that accept it.',
    subject: '`namespace/name`',
  },
  'TLSRoute Withdrawn': {
    ...DESIRED,
    meaning: 'From its `sequence` on, the TLSRoute was deleted, or no listener of this system accepts it any more.',
    subject: '`namespace/name`',
  },
  'TLSRoute Snapshot': {
    ...DESIRED,
    meaning:
      'Contains all accepted TLSRoutes and Gateways of a cluster whose key lies in `from`–`to`, at its `sequence`. A TLSRoute of this range that is missing does not exist, and neither does a Gateway if the event has the list `gateways`. It says nothing about Ingresses, and a `Cluster Snapshot` nothing about TLSRoutes and Gateways.',
    subject: KEY_RANGE,
  },
  'TLSRoute Programmed': {
    ...OUTCOME,
    meaning: 'The appliance confirmed that at least one host of the TLSRoute carries traffic.',
  },
  'TLSRoute Removed': { ...OUTCOME, meaning: 'The appliance has no object of the TLSRoute any more.' },
  'TLSRoute Rejected': { ...OUTCOME, meaning: 'No host of the TLSRoute carries traffic. The findings explain why.' },
  'TLSRoute Failed': {
    ...OUTCOME,
    meaning: 'The appliance refused a change. The reason names the object and the error.',
  },
  'TLSRoute Stale': {
    ...OUTCOME,
    meaning: 'An outdated event was dropped. The outcome contains the recorded sequence.',
  },
  'Gateway Changed': {
    ...DESIRED,
    meaning: 'Contains the whole Gateway at its `sequence`, with its accepted listeners.',
    subject: '`namespace/name`',
  },
  'Gateway Withdrawn': {
    ...DESIRED,
    meaning: 'From its `sequence` on, the Gateway was deleted, is of another controller, or has no accepted listener.',
    subject: '`namespace/name`',
  },
  'Gateway Programmed': {
    ...OUTCOME,
    meaning: 'The appliance confirmed that listeners of the Gateway answer, whether routes are attached or not.',
  },
  'Gateway Removed': { ...OUTCOME, meaning: 'The appliance has no listener of the Gateway any more.' },
  'Gateway Rejected': { ...OUTCOME, meaning: 'No listener of the Gateway answers. The findings explain why.' },
  'Gateway Failed': {
    ...OUTCOME,
    meaning: 'The appliance refused a change. The reason names the object and the error.',
  },
  'Gateway Stale': {
    ...OUTCOME,
    meaning: 'An outdated event was dropped. The outcome contains the recorded sequence.',
  },
  'Certificates Expiring': {
    ...OUTCOME,
    meaning:
      'Back ends of an Ingress or TLSRoute show certificates that expire within 30, 14 or 3 days, or have expired.',
  },
  'Snapshot Applied': { ...OUTCOME, meaning: 'A range of a snapshot was applied.', subject: 'none' },
  'Prune Refused': {
    ...OUTCOME,
    meaning:
      'Nothing of a snapshot was applied, because it would have removed too many routes, or is from another cluster with this name.',
    subject: 'none',
  },
};

/** Descriptions of fields that mean the same in every event. */
const COMMON = {
  address: 'IPv4 or IPv6 address.',
  appliance: 'Name of the appliance in `appliances.yml`.',
  appliances: 'Names of appliances.',
  backend: 'Back end of the path.',
  backends: 'Back ends of the rules, resolved to addresses.',
  changed: 'Ingresses of the range that were changed on the appliance.',
  cluster: 'Name of the cluster.',
  code: 'Code of the finding, see docs/findings.md.',
  defaultBackend: 'Default back end. It is reported and has no effect.',
  durationMs: 'Milliseconds from reading the ledger to the last write.',
  findings: 'Findings about the Ingress.',
  from: 'First two-character prefix of the range of keys.',
  gateway: 'Current state of the Gateway.',
  host: 'Host as in the manifest.',
  hosts: 'Hosts of the entry. An empty list covers all hosts.',
  ingress: 'Current state of the Ingress.',
  map: 'String map that contains the row.',
  ingresses: 'Current state of the Ingresses.',
  ip: 'IPv4 or IPv6 address.',
  kind: 'Kind of the resource.',
  limitPercent: 'The configured share, in percent.',
  name: 'Name.',
  namespace: 'Namespace.',
  path: 'Path as in the manifest.',
  pathType: 'Type of the path.',
  paths: 'Paths of the host, each with its back end.',
  port: 'TCP port.',
  problem: 'Reason why the back end has no address. Absent if it was resolved.',
  protocol: 'Protocol of the listener: `HTTP` answers 404, `HTTPS` resets every connection.',
  reason: 'Reason.',
  recorded: 'Recorded sequence of the Ingress on the appliance.',
  removed: 'Ingresses that were removed.',
  removes: 'Routes that the snapshot would have removed.',
  rules:
    'Rules in their order; behind them, where the Ingress lets ACME challenges through, those of solvers for its hosts.',
  sequence: 'Sequence of the answered event.',
  service: 'Name of the Service.',
  severity: '`error`: the route carries no traffic. `warning`: it carries traffic, but a setting is ignored.',
  tlsRoute: 'Current state of the TLSRoute.',
  tlsRoutes: 'Current state of the TLSRoutes.',
  to: 'Last two-character prefix of the range of keys, inclusive.',
  uid: 'UID of the Ingress.',
} as const;

const comments = docComments(
  ['events', 'outcomes', 'ingress', 'tls-route', 'gateway', 'finding'].map((file) =>
    readFileSync(new URL(`../lib/contract/${file}.ts`, import.meta.url), 'utf8'),
  ),
);
const SHARED = {
  IngressState,
  IngressRule,
  IngressPath,
  BackendRef,
  ResolvedBackend,
  Member,
  TlsRouteState,
  TlsRouteParent,
  TlsRouteBackend,
  GatewayState,
  Finding,
};

export const DETAIL_TYPES = Object.keys(EVENTS) as DetailType[];

/** The constant in lib/contract that holds the schema: `Ingress Changed` → `IngressChanged`. */
const constantOf = (detailType: DetailType): string => detailType.replace('TLSRoute', 'TlsRoute').replaceAll(' ', '');

function dataSchema(detailType: DetailType): JsonSchema {
  return describedSchema(EVENTS[detailType].schema, constantOf(detailType), {
    comments,
    shared: SHARED,
    common: COMMON,
  });
}

/** Events that say when the members changed: those of single objects with members, and their outcomes. */
const CARRIES_TRIGGER = /^(?:Ingress|TLSRoute) (?:Changed|Programmed)$/;

/** JSON Schema of the whole `detail` of one event type: the CloudEvent with its data. */
export function eventSchema(detailType: DetailType): JsonSchema {
  const { type } = EVENTS[detailType];
  const { $schema, $defs, ...data } = dataSchema(detailType);
  const about = TEXTS[detailType];
  const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });
  return {
    ...($schema === undefined ? {} : { $schema }),
    $id: `urn:nspass:event:${type}`,
    title: detailType,
    description: `${about.meaning} The \`detail\` of an EventBridge event of source \`${about.from}\`: a CloudEvent 1.0.`,
    type: 'object',
    properties: {
      specversion: { type: 'string', const: '1.0' },
      id: text('Stays the same when the event is redelivered or replayed.', { minLength: 1 }),
      source: text('`/nspass/<publisher>/<cluster or appliance>`.', { pattern: '^/nspass/' }),
      type: { type: 'string', const: type },
      subject: text(`Subject: ${about.subject}.`),
      time: text('When the state was taken, RFC 3339.', { format: 'date-time' }),
      datacontenttype: { type: 'string', const: 'application/json' },
      traceparent: text('W3C trace context: a redelivery, a replay and the outcomes continue it.', {
        pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$',
      }),
      ...(CARRIES_TRIGGER.test(detailType)
        ? {
            triggertime: text(
              'When Kubernetes observed the first change of members that the event is about (`endpoints.kubernetes.io/last-change-trigger-time`), RFC 3339. Absent for any other change.',
              { format: 'date-time' },
            ),
          }
        : {}),
      data,
    },
    required: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'data'],
    ...($defs === undefined ? {} : { $defs }),
  };
}

const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');
export const schemaFile = (detailType: DetailType): string => `${EVENTS[detailType].type}.schema.json`;

function fieldTable(schema: JsonSchema): string {
  const rows = fieldRows(schema).map(({ path, type, required, description }) => [
    `\`${path}\``,
    type,
    required ? 'yes' : '',
    description,
  ]);
  return table(['field', 'type', 'always', 'meaning'], rows);
}

function exampleOf(detailType: DetailType): string {
  const { from } = TEXTS[detailType];
  const data = EXAMPLES[detailType];
  const event = toEvent(from, detailType, z.parse(EVENTS[detailType].schema, data) as never, {
    now: () => Date.UTC(2026, 0, 15, 9, 30),
    id: '3f0f8a52-6a0e-4d3c-9f3e-6f2a7c1b9d10',
    ...('name' in data ? { subject: `${data.namespace}/${data.name}` } : {}),
  });
  const entry = { Source: event.source, DetailType: event.detailType, Detail: event.detail };
  return `\`\`\`json\n${JSON.stringify(entry, null, 2)}\n\`\`\``;
}

/** `docs/events.md`. */
export function renderEvents(): string {
  const overview = DETAIL_TYPES.map((detailType) => [
    `[${detailType}](#${anchor(detailType)})`,
    `\`${EVENTS[detailType].type}\``,
    `\`${TEXTS[detailType].from}\``,
    TEXTS[detailType].to,
    TEXTS[detailType].meaning,
  ]);
  const shared = Object.assign({}, ...DETAIL_TYPES.map((detailType) => dataSchema(detailType).$defs ?? {})) as Record<
    string,
    JsonSchema
  >;
  return [
    '# Events\n',
    'These events travel over the bus. They are the only interface between the forwarder and the functions, and other consumers may read them. Each is an EventBridge event whose `detail` is a CloudEvent 1.0 in its JSON form; `detail.data` is described below. Versions are part of the type: within one, fields are only added.\n',
    'The envelope, the same for all: `specversion` (`1.0`), `id` (stays the same when the event is redelivered or replayed), `source` (`/nspass/<publisher>/<cluster or appliance>`), `type`, `subject` (the Ingress or the range of keys, where there is one), `time` (when the state was taken), `datacontenttype` (`application/json`), `traceparent` (W3C trace context: a redelivery, a replay and the outcomes continue it), `triggertime` (of a changed object and of its outcome `Programmed`: when Kubernetes observed the first change of members that the event carries; absent for any other change, and of no effect), `data`.\n',
    'This page and the schemas in `docs/events/` are generated from `lib/contract/` (`npm run generate`).\n',
    `${table(['detail-type', 'type', 'source', 'receivers', 'meaning'], overview)}\n`,
    ...DETAIL_TYPES.flatMap((detailType) => [
      `## ${detailType}\n`,
      `${TEXTS[detailType].meaning} Subject: ${TEXTS[detailType].subject}. Schema: [${schemaFile(detailType)}](events/${schemaFile(detailType)}).\n`,
      `${fieldTable(dataSchema(detailType))}\n`,
      `<details><summary>Example</summary>\n\n${exampleOf(detailType)}\n\n</details>\n`,
    ]),
    '# Parts of events\n',
    ...Object.entries(shared).flatMap(([name, schema]) => [
      `## ${name}\n`,
      ...(schema.description === undefined ? [] : [`${schema.description}\n`]),
      `${fieldTable(schema)}\n`,
    ]),
  ].join('\n');
}
