import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import {
  BackendRef,
  type DetailType,
  EVENTS,
  type EventOrigin,
  Finding,
  IngressPath,
  IngressRule,
  IngressState,
  Member,
  ResolvedBackend,
  SOURCES,
  toEvent,
} from '../lib/contract/index.ts';
import { docComments } from './doc-comments.ts';
import { EXAMPLES } from './event-examples.ts';
import { describedSchema, fieldRows, type JsonSchema, table } from './schema-docs.ts';

interface Says {
  /** Meaning of the event, in a sentence. */
  readonly says: string;
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
const SAYS: Readonly<Record<DetailType, Says>> = {
  'Ingress Changed': { ...DESIRED, says: 'This Ingress, whole, as of `sequence`.', subject: '`namespace/name`' },
  'Ingress Withdrawn': {
    ...DESIRED,
    says: 'This Ingress is no longer ours, as of `sequence`: deleted, or no longer selected.',
    subject: '`namespace/name`',
  },
  'Cluster Snapshot': {
    ...DESIRED,
    says: 'All passthrough Ingresses of one cluster whose key lies in `from`–`to`, as of `sequence`. What is not in it does not exist.',
    subject: KEY_RANGE,
  },
  'Resync Requested': {
    from: SOURCES.functions,
    to: 'the forwarder of the cluster',
    says: 'Publish these Ingresses, or all, again, to be verified by these appliances.',
    subject: 'none',
  },
  'Work Requested': {
    from: SOURCES.functions,
    to: 'the appliance’s queue',
    says: 'Save the configuration, or remove back ends whose drain time is over.',
    subject: 'name of the appliance',
  },
  'Ingress Programmed': {
    ...OUTCOME,
    says: 'At least one host of the Ingress carries traffic, as the appliance confirms.',
  },
  'Ingress Removed': { ...OUTCOME, says: 'The Ingress has nothing on the appliance any more.' },
  'Ingress Rejected': { ...OUTCOME, says: 'No host of the Ingress carries traffic: the findings say why.' },
  'Ingress Failed': { ...OUTCOME, says: 'The appliance did not take it: the reason names the object and its error.' },
  'Ingress Stale': { ...OUTCOME, says: 'An older event was dropped; says what is recorded.' },
  'Snapshot Applied': { ...OUTCOME, says: 'A range of a snapshot was applied.', subject: 'none' },
  'Prune Refused': {
    ...OUTCOME,
    says: 'A snapshot would have removed too much, or is of another cluster of this name: nothing of it was applied.',
    subject: 'none',
  },
};

/** Fields whose name says all, wherever they stand. */
const COMMON = {
  address: 'IPv4 or IPv6 address.',
  appliance: 'Name of the appliance, as `appliances.yml` has it.',
  appliances: 'Names of appliances.',
  backend: 'Where the path leads.',
  backends: 'The back ends that the rules name, resolved to addresses.',
  changed: 'Ingresses of it that were changed on the appliance.',
  cluster: 'Name of the cluster.',
  code: 'Name of the finding: docs/findings.md.',
  defaultBackend: 'The default back end: reported, and without effect.',
  durationMs: 'Milliseconds from reading the ledger to the last write.',
  findings: 'What is wrong with the Ingress.',
  from: 'First two-character prefix of the range of keys.',
  host: 'The host, as the manifest has it.',
  hosts: 'Hosts that the entry lists; none: it covers all.',
  ingress: 'The Ingress as it is.',
  map: 'The string map in which the row stands.',
  ingresses: 'The Ingresses, each as it is.',
  ip: 'IPv4 or IPv6 address.',
  kind: 'Kind of the resource.',
  limitPercent: 'The configured share, in percent.',
  name: 'Name.',
  namespace: 'Namespace.',
  path: 'The path, as the manifest has it.',
  pathType: 'The type of the path.',
  paths: 'Paths of the host, each with its back end.',
  port: 'TCP port.',
  problem: 'Why it has no address; absent where it could be resolved.',
  reason: 'Why.',
  recorded: 'The sequence that the appliance has of this Ingress.',
  removed: 'Ingresses that were removed.',
  removes: 'Routes that the snapshot would have removed.',
  rules: 'The rules, in their order.',
  sequence: 'Sequence of the event that it answers.',
  service: 'Name of the Service.',
  severity: '`error`: this route carries no traffic; `warning`: it does, with something ignored.',
  to: 'Last two-character prefix of the range of keys, inclusive.',
  uid: 'UID of the Ingress.',
} as const;

const comments = docComments(
  ['events', 'ingress', 'finding'].map((file) =>
    readFileSync(new URL(`../lib/contract/${file}.ts`, import.meta.url), 'utf8'),
  ),
);
const SHARED = { IngressState, IngressRule, IngressPath, BackendRef, ResolvedBackend, Member, Finding };

export const DETAIL_TYPES = Object.keys(EVENTS) as DetailType[];

/** The constant in lib/contract/events.ts that holds the schema: `Ingress Changed` → `IngressChanged`. */
const constantOf = (detailType: DetailType): string => detailType.replaceAll(' ', '');

function dataSchema(detailType: DetailType): JsonSchema {
  return describedSchema(EVENTS[detailType].schema, constantOf(detailType), {
    comments,
    shared: SHARED,
    common: COMMON,
  });
}

/** JSON Schema of the whole `detail` of one event type: the CloudEvent with its data. */
export function eventSchema(detailType: DetailType): JsonSchema {
  const { type } = EVENTS[detailType];
  const { $schema, $defs, ...data } = dataSchema(detailType);
  const says = SAYS[detailType];
  const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });
  return {
    ...($schema === undefined ? {} : { $schema }),
    $id: `urn:nspass:event:${type}`,
    title: detailType,
    description: `${says.says} The \`detail\` of an EventBridge event of source \`${says.from}\`: a CloudEvent 1.0.`,
    type: 'object',
    properties: {
      specversion: { type: 'string', const: '1.0' },
      id: text('Stays the same over redelivery and replay.', { minLength: 1 }),
      source: text('`/nspass/<publisher>/<cluster or appliance>`.', { pattern: '^/nspass/' }),
      type: { type: 'string', const: type },
      subject: text(`What it is about: ${says.subject}.`),
      time: text('When the state was taken, RFC 3339.', { format: 'date-time' }),
      datacontenttype: { type: 'string', const: 'application/json' },
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
  const { from } = SAYS[detailType];
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
    `\`${SAYS[detailType].from}\``,
    SAYS[detailType].to,
    SAYS[detailType].says,
  ]);
  const shared = Object.assign({}, ...DETAIL_TYPES.map((detailType) => dataSchema(detailType).$defs ?? {})) as Record<
    string,
    JsonSchema
  >;
  return [
    '# Events\n',
    'What travels over the bus. The forwarder and the functions meet in these events alone, and any other consumer may read them. Each is an EventBridge event whose `detail` is a CloudEvent 1.0 in its JSON form; `detail.data` is described below. Versions are part of the type: within one, fields are only added.\n',
    'The envelope, the same for all: `specversion` (`1.0`), `id` (stays the same over redelivery and replay), `source` (`/nspass/<publisher>/<cluster or appliance>`), `type`, `subject` (the Ingress or the range of keys, where there is one), `time` (when the state was taken), `datacontenttype` (`application/json`), `data`.\n',
    'This page and the schemas in `docs/events/` are generated from `lib/contract/` (`npm run generate`).\n',
    `${table(['detail-type', 'type', 'source', 'goes to', 'says'], overview)}\n`,
    ...DETAIL_TYPES.flatMap((detailType) => [
      `## ${detailType}\n`,
      `${SAYS[detailType].says} Subject: ${SAYS[detailType].subject}. Schema: [${schemaFile(detailType)}](events/${schemaFile(detailType)}).\n`,
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
