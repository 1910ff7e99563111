import {
  type BusEvent,
  type Finding,
  firstOf,
  hostPort,
  kindOfEvent,
  nameInCluster,
  type ReceivedEvent,
} from '../../contract/index.ts';
import type { SourceProblem } from '../../forwarder/index.ts';
import { CONTROLLER, PREFIX } from '../../ingress/index.ts';
import { foldLine, PLAIN, type Screen, type Style, severityStyle } from '../terminal.ts';
import type { LocalEndpoint } from './backends.ts';
import { eventText } from './event-text.ts';
import type { SkippedIngress } from './skipped.ts';

/** Reports what `nspass local` does: for people, or as one JSON object per line. */
export interface LocalReport {
  nitro(url: string): void;
  frontend(event: { address: string; port: number; listen: LocalEndpoint | undefined }): void;
  sent(event: BusEvent): void;
  outcome(event: ReceivedEvent): void;
  status(ingress: string, addresses: readonly string[]): void;
  problem(problem: SourceProblem): void;
  /** All problems of a file are fixed. */
  solved(file: string): void;
  skipped(ingress: SkippedIngress): void;
  finding(ingress: string, finding: Finding): void;
  classAssumed(className: string): void;
  ready(): void;
}

type Write = (line: string) => void;

const listenText = ({ host, port }: LocalEndpoint): string => hostPort(host, port);

/** Returns a report for programs: one JSON object per line. */
export function jsonReport(write: Write): LocalReport {
  const line = (value: Record<string, unknown>): void => write(JSON.stringify(value));
  return {
    nitro: (url) => line({ type: 'nitro', url }),
    frontend: ({ address, port, listen }) =>
      line({ type: 'frontend', address, port, listen: listen === undefined ? null : listenText(listen) }),
    sent: () => {},
    outcome: ({ detailType, data, time }) => {
      if ('name' in data && 'appliance' in data) {
        const { cluster: _cluster, namespace, name, ...rest } = data;
        line({
          type: 'outcome',
          outcome: detailType,
          ingress: `${namespace}/${name}`,
          ...rest,
          time: new Date(time).toISOString(),
        });
      } else if (detailType === 'Snapshot Applied' || detailType === 'Prune Refused') {
        line({ type: 'snapshot', outcome: detailType, ...data });
      }
    },
    status: (ingress, addresses) => line({ type: 'status', ingress, addresses }),
    problem: (problem) => line({ type: 'problem', ...problem }),
    solved: (file) => line({ type: 'solved', file }),
    skipped: ({ ingress, class: name = null }) => line({ type: 'passed-over', ingress, class: name }),
    finding: (ingress, finding) => line({ type: 'remark', ingress, ...finding }),
    classAssumed: (name) => line({ type: 'class-assumed', class: name }),
    ready: () => line({ type: 'ready' }),
  };
}

const MARK: Record<string, string> = { programmed: '✔', removed: '–', rejected: '✘', failed: '✘' };

/** Returns the mark of an outcome. An Ingress that is programmed with errors or resets is not a plain success. */
function markOf(what: string, findings: readonly Finding[], reset: readonly string[] = []): string {
  const flawed = what === 'programmed' && (reset.length > 0 || findings.some(({ severity }) => severity === 'error'));
  return flawed ? '!' : (MARK[what] ?? '·');
}

const MARK_STYLE: Record<string, Style> = { '✔': 'green', '!': 'yellow', '✘': 'red' };

/** Hosts of one outcome that are shown with a command to try them. */
const MOST_EXAMPLES = 3;

/** Returns a report for people: what happened, and how to try it. */
export function textReport(write: Write, screen: Screen = PLAIN): LocalReport {
  const writeFolded = (line: string): void => write(foldLine(line, screen, '      '));
  const listening = new Map<string, LocalEndpoint>();
  const shown = new Set<string>();
  let requested = false;

  function writeExamples(hosts: readonly string[], addresses: readonly { ip: string; port: number }[]): void {
    const fresh = addresses.flatMap(({ ip, port }) => {
      const local = listening.get(hostPort(ip, port));
      if (local === undefined) return [];
      const names = hosts.map((host) => host.replace(/^\*+/, 'any')).filter((host) => !shown.has(`${host} ${ip}`));
      return names.map((host) => ({ host, ip, port, local: listenText(local) }));
    });
    for (const { host, ip } of fresh) shown.add(`${host} ${ip}`);
    for (const { host, port, local } of fresh.slice(0, MOST_EXAMPLES)) {
      write(`    try  openssl s_client -connect ${local} -servername ${host} </dev/null`);
      write(`         curl -k --connect-to ${host}:${port}:${local} https://${host}${port === 443 ? '' : `:${port}`}/`);
    }
    const more = fresh.length - MOST_EXAMPLES;
    if (more > 0) write(`         … and ${more} more ${more === 1 ? 'host' : 'hosts'}`);
  }

  function writeFinding(finding: Finding): void {
    const { severity } = finding;
    const line = foldLine(`    ${findingText(finding)}`, screen, '      ');
    // Colours have no width, so they are added after folding.
    write(line.replace(severity, screen.paint(severityStyle(severity), severity)));
  }

  return {
    nitro: (url) => write(`appliance  NITRO at ${url} (user nsroot, password nsroot)`),
    frontend({ address, port, listen }) {
      const key = hostPort(address, port);
      if (listen === undefined) listening.delete(key);
      else listening.set(key, listen);
      write(
        listen === undefined ? `appliance  ${key} is closed` : `appliance  ${key} listens on ${listenText(listen)}`,
      );
    },
    sent({ detailType, detail }) {
      requested ||= hasObject(detail.data);
      write(`sent       ${eventText({ detailType, detail })}`);
    },
    outcome({ detailType, data }) {
      if (!('name' in data) || !('findings' in data)) return;
      const where = data.programmed.map(({ ip, port }) => hostPort(ip, port)).join(', ');
      const [, verb = ''] = detailType.split(' ');
      const what = verb.toLowerCase();
      const name = nameInCluster(kindOfEvent(detailType), data);
      const hosts = data.hosts.length === 0 ? '' : `  ${firstOf(data.hosts, 3)}${where === '' ? '' : ` on ${where}`}`;
      const mark = markOf(what, data.findings, data.resetHosts);
      const style = MARK_STYLE[mark];
      write(`${style === undefined ? mark : screen.paint(style, mark)} ${name}  ${what}${hosts}  (${timing(data)})`);
      if ('reason' in data) writeFolded(`    ${data.reason}`);
      if (data.resetHosts !== undefined)
        write(`    connections to ${firstOf(data.resetHosts, 3)} are reset, see below`);
      for (const finding of errorsFirst(data.findings)) writeFinding(finding);
      writeExamples(data.hosts, data.programmed);
    },
    status: () => {},
    problem: ({ file, line, message, hint }) =>
      writeFolded(`${hint === true ? 'not read  ' : 'problem   '} ${file}:${line}: ${message}`),
    solved: (file) => write(`solved     ${file}: all problems are fixed`),
    skipped: (skipped) => writeFolded(`skipped    ${skipped.ingress}: ${skippedReason(skipped)}`),
    finding: (ingress, finding) => {
      write(`finding    ${ingress}`);
      writeFinding(finding);
    },
    classAssumed: (name) =>
      write(`class      ${JSON.stringify(name)} is not in the folder; it is assumed to belong to ${CONTROLLER}`),
    ready() {
      // A mistyped folder must not be reported as programmed.
      const state = requested
        ? 'the folder’s state is programmed'
        : `no Ingress requests passthrough yet (${REQUEST}), and no Gateway takes a TLSRoute`;
      write(`ready      ${state}; following changes until Ctrl-C`);
    },
  };
}

const REQUEST = `${PREFIX}ssl-passthrough: 'true'`;

/** Returns whether an event of desired state has an object. */
function hasObject(data: BusEvent['detail']['data']): boolean {
  return (
    'ingress' in data ||
    'tlsRoute' in data ||
    'gateway' in data ||
    ('gateways' in data && (data.gateways ?? []).length > 0) ||
    ('listed' in data && ('ingresses' in data ? data.ingresses : data.tlsRoutes).length + data.listed.length > 0)
  );
}

function skippedReason({ class: name }: SkippedIngress): string {
  if (name === undefined) return 'it has no class, and --class selects others';
  return `its class ${JSON.stringify(name)} is not selected: add an IngressClass with the controller ${CONTROLLER}, or name the class with --class`;
}

function timing({ durationMs, latencyMs }: { durationMs: number; latencyMs?: number | undefined }): string {
  const appliance = `${Math.round(durationMs)} ms on the appliance`;
  return latencyMs === undefined ? appliance : `${Math.round(latencyMs)} ms from the change, ${appliance}`;
}

const errorsFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));

function findingText({ severity, code, message, remedy }: Finding): string {
  // The remedy is about a deployment; here the default VIP is an option of the command.
  const here = code === 'FrontendIPRequired' ? ' Here: --default-vip ADDRESS.' : '';
  return `${severity} ${code}: ${message}${remedy === undefined ? '' : ` — ${remedy}${here}`}`;
}
