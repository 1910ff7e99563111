import { table as markdown } from '../../../scripts/schema-docs.ts';
import type { Figure } from '../figure.ts';
import { PLOTS } from './plots.ts';
import { type Measurement, type Results, type Row, rowOf, rowsOf, type Scenario } from './results.ts';
import { judge } from './targets.ts';
import { bytes, count, megabytes, minutes, time, times } from './units.ts';

/** What the generated part of docs/performance.md stands between. The rest of the page is written by hand. */
export const BEGIN = '<!-- measured: begin (`npm run bench` writes this part) -->';
export const END = '<!-- measured: end -->';

/** Puts the results into the page. @throws {Error} the page lacks the markers. */
export function renderPage(page: string, results: Results): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md needs the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${sections(results).join('\n\n')}\n\n${page.slice(to)}`;
}

function sections(results: Results): string[] {
  return [
    '## Will it carry my estate?',
    provenance(results),
    ...missing(results),
    table(
      ['figure', 'measured', 'the appliance alone', 'target', 'met'],
      judge(results).map(({ what, measured, limit = '', target = '', met }) => [
        what,
        measured,
        limit,
        target,
        verdict(met),
      ]),
    ),
    ...estates(results),
    ...changes(results),
    ...storms(results),
    ...archive(results),
    ...results.parts.flatMap(figures),
    ...elsewhere(results),
    ...duration(results),
  ];
}

function duration({ parts, seconds }: Results): string[] {
  const rows = parts.map(({ name, seconds, load }) => [`\`${name}\``, time(seconds * 1_000), load.toFixed(1)]);
  return ['## The run', `All parts took ${minutes(seconds)}.`, table(['part', 'time', 'load when it began'], rows)];
}

function provenance({ at, commit, node, machine, load, seconds, parts }: Results): string {
  const highest = Math.max(load, ...parts.map((part) => part.load));
  const busy =
    highest > machine.cores
      ? ` **The load was up to ${highest.toFixed(1)} on ${machine.cores} cores: times are longer than on an idle machine, counts are the same.**`
      : '';
  return `Measured on ${at.slice(0, 10)} on commit \`${commit}\` with Node ${node} on ${machine.cores} cores of ${machine.cpu} with ${machine.memoryGb} GB (${machine.system}), load ${load.toFixed(1)} at the start, in ${minutes(seconds)}.${busy}`;
}

function missing({ parts }: Results): string[] {
  const lines = parts.flatMap(({ name, missing: why }) => (why === undefined ? [] : [`- \`${name}\`: ${cell(why)}`]));
  return lines.length === 0 ? [] : [`**Not measured in this run, or not all of it:**\n\n${lines.join('\n')}`];
}

const HEADS = [
  'Ingresses',
  'requests (writes)',
  'sent',
  'received',
  'time',
  'processor',
  'peak memory',
  'the limit: requests',
  'time',
  'times the limit',
];

function rowCells({ ours, limit }: Row): string[] {
  return [
    `${count(ours.requests)} (${count(ours.writes)})`,
    bytes(ours.sent),
    bytes(ours.received),
    time(ours.wallMs),
    time(ours.cpuMs),
    megabytes(ours.peakMb),
    ...(limit === undefined
      ? ['', '', '']
      : [count(limit.requests), time(limit.wallMs), times(ours.wallMs / Math.max(limit.wallMs, Number.MIN_VALUE))]),
  ];
}

const ESTATES: readonly (readonly [Scenario, string, string])[] = [
  [
    'cold',
    'Onto an empty appliance',
    'A flagged snapshot of all Ingresses, in events of up to 240 KB and in batches of ten, as the queue delivers them.',
  ],
  ['unchanged', 'The same snapshot again', 'Nothing differs, so nothing is written (LIF-1). The limit is its reads.'],
  [
    'verified',
    'All verified',
    'After a failover or a restored backup, every object is read and compared. The limit is its calls.',
  ],
  ['audit', 'One audit', 'All objects are read and compared with the ledger. The limit is its reads.'],
];

function estates(results: Results): string[] {
  const some = ESTATES.flatMap(([scenario, title, how]) => {
    const rows = rowsOf(results).filter((row) => row.scenario === scenario);
    if (rows.length === 0) return [];
    return [
      `### ${title}`,
      how,
      table(
        HEADS,
        rows.map((row) => [count(row.size), ...rowCells(row)]),
      ),
    ];
  });
  if (some.length === 0) return [];
  return [
    '## Growth',
    'The engine runs in a process of its own with 700 MB of heap, as in a function of 1,024 MB; the appliance simulator is another process. Each Ingress has one host and three members. They share one address, 50,000 share four. “The limit” is the time that the same calls take when they are repeated without any logic: recorded while the engine works, and sent one after the other, over one connection, to a second simulator in a process of its own. Both simulators end with the same configuration, or the run fails. Bytes are those on the wire with HTTP headers; the peak is of resident memory.',
    PLOTS.map(({ file, alt }) => `![${alt}](images/${file})`)
      .slice(0, 3)
      .join('\n\n'),
    ...some,
    ...oneForEach(results),
  ];
}

function oneForEach(results: Results): string[] {
  const rows = rowsOf(results).filter(({ scenario }) => scenario === 'cold');
  const measured = rows.filter(({ each }) => each !== undefined);
  const last = measured.at(-1);
  if (last?.each === undefined) return [];
  const { each, size } = last;
  const cells = rows.map((row) => {
    const factor = row.size / size;
    const [requests, wallMs] = row.each
      ? [row.each.requests, row.each.wallMs]
      : [each.requests * factor, each.wallMs * factor];
    const how = row.each === undefined ? 'estimated' : 'measured';
    return [
      count(row.size),
      count(requests),
      time(wallMs),
      how,
      time(row.ours.wallMs),
      times(wallMs / row.ours.wallMs),
    ];
  });
  return [
    '### One call for each object',
    `A client that knows no bulk calls writes every object and every binding with a call of its own. That is the same configuration, written from the same recording, without logic and one call after the other. It is measured up to ${count(size)} Ingresses; more are estimated in proportion, because they take minutes.`,
    table(['Ingresses', 'requests', 'time', 'how', 'this engine', 'times as long'], cells),
  ];
}

function changes({ parts }: Results): string[] {
  const [part] = parts.filter(({ changes = [] }) => changes.length > 0).slice(-1);
  if (part?.changes === undefined) return [];
  const size = part.rows?.[0]?.size ?? 0;
  const row = part.rows?.find(({ scenario }) => scenario === 'changes');
  const all =
    row === undefined
      ? []
      : [
          `All ${part.changes.length} of them together, with the limit:`,
          table(HEADS, [[count(row.size), ...rowCells(row)]]),
        ];
  return [
    '## A change of each kind',
    'Each change is delivered alone, on a session that is warm. Its requests do not depend on the number of Ingresses. “Both” means port 443 and port 80 of an address, which are two front ends.',
    table(
      ['one change', 'requests among 10', `among ${count(size)}`, `time among ${count(size)}`],
      part.changes.map(({ what, few, many, milliseconds }) => [what, count(few), count(many), time(milliseconds)]),
    ),
    ...all,
  ];
}

const STORMS: readonly (readonly [Scenario, string])[] = [
  ['storm-singles', '1,000 change their members, one event each'],
  ['storm-snapshot', '1,000 change their members, one snapshot'],
  ['node', 'a node is replaced, one snapshot'],
];

function storms(results: Results): string[] {
  const rows = rowsOf(results).flatMap((row) => {
    const [, what] = STORMS.find(([scenario]) => scenario === row.scenario) ?? [];
    return what === undefined ? [] : [[what, count(row.events ?? 0), count(row.size), ...rowCells(row)]];
  });
  if (rows.length === 0) return [];
  return [
    '## Many changes at once',
    'The forwarder sends single events for a few changes, and one snapshot for more than 200 or 4 %. Both are measured. In NodePort mode the members of a Service are the nodes: when one of five nodes is replaced, every Ingress changes one of its five members.',
    table(['what', 'events', ...HEADS], rows),
  ];
}

function archive(results: Results): string[] {
  const row = rowOf(results, 'archive', rowsOf(results).find(({ scenario }) => scenario === 'archive')?.size ?? 0);
  if (row === undefined) return [];
  const events = row.events ?? 0;
  const [, ...heads] = HEADS;
  return [
    '## Replay of an archive',
    `An archive of ${count(events)} events is replayed to an appliance that is up to date, in batches of ten. The archive is the history of 1,000 Ingresses: members change, hosts come and go, Ingresses are withdrawn and come back, and snapshots are published on schedule. Every event was overtaken, so nothing is written. The limit is the reads of its batches.`,
    table(
      ['events', 'events a second', ...heads],
      [[count(events), count(events / (row.ours.wallMs / 1_000)), ...rowCells(row)]],
    ),
  ];
}

function figures({ name, summary, figures: some = [] }: Measurement): string[] {
  if (some.length === 0) return [];
  const rows = some.map(({ what, measured, target = '', met }) => [what, measured, target, verdict(met)]);
  const drawn = some.some(({ samples = [] }) => samples.length > 0) ? PLOTS.filter((plot) => plot.part === name) : [];
  return [
    `## ${title(name)}`,
    `\`npm run bench -- ${name}\`: ${summary}.`,
    table(['figure', 'measured', 'target', 'met'], rows),
    ...drawn.map(({ file, alt }) => `![${alt}](images/${file})`),
  ];
}

function elsewhere({ parts }: Results): string[] {
  const playbook = parts.some(({ name, figures = [] }) => name === 'ansible' && figures.length > 0)
    ? 'Measured, under “Ansible”: a playbook with the module for NITRO of `community.network`, because `netscaler.adc`, the collection of the vendor, is in no registry of packages. '
    : '';
  return [
    '## Beside others',
    `${playbook}Not measured: **OpenTofu with the NetScaler provider**. The provider and the Go client that it uses are not in the package registries that a run of this project may use, so nothing of them can be installed for it. Both write every object with a call of its own: the least that they can need is under “One call for each object”.`,
  ];
}

const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');

const verdict = (met: Figure['met']): string => (met === undefined ? '' : met ? 'yes' : '**no**');

/** Makes a text safe for Markdown. */
const cell = (text: string): string => text.replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ').trim();

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  markdown(
    heads,
    rows.map((row) => row.map(cell)),
  );
