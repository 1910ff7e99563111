import { type BusEvent, type Finding, firstOf, hostPort, type ReceivedEvent } from '../../contract/index.ts';
import type { SourceProblem } from '../../forwarder/index.ts';
import { CONTROLLER, PREFIX } from '../../ingress/index.ts';
import { foldLine, PLAIN, type Screen, type Style, severityStyle } from '../terminal.ts';
import type { LocalEndpoint } from './backends.ts';
import { eventText } from './event-text.ts';
import type { SkippedIngress } from './skipped.ts';

/** What `nspass local` tells: for people, or one JSON object a line. */
export interface LocalReport {
  nitro(url: string): void;
  frontend(event: { address: string; port: number; listen: LocalEndpoint | undefined }): void;
  sent(event: BusEvent): void;
  outcome(event: ReceivedEvent): void;
  status(ingress: string, addresses: readonly string[]): void;
  problem(problem: SourceProblem): void;
  /** A file that had a problem has none any more. */
  solved(file: string): void;
  passedOver(passed: SkippedIngress): void;
  remark(ingress: string, found: Finding): void;
  classAssumed(className: string): void;
  ready(): void;
}

type Write = (line: string) => void;

const listenText = ({ host, port }: LocalEndpoint): string => hostPort(host, port);

/** One JSON object a line: for programs. */
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
    passedOver: ({ ingress, class: name = null }) => line({ type: 'passed-over', ingress, class: name }),
    remark: (ingress, found) => line({ type: 'remark', ingress, ...found }),
    classAssumed: (name) => line({ type: 'class-assumed', class: name }),
    ready: () => line({ type: 'ready' }),
  };
}

const MARK: Record<string, string> = {
  'Ingress Programmed': '✔',
  'Ingress Removed': '–',
  'Ingress Rejected': '✘',
  'Ingress Failed': '✘',
};

/** What is programmed although something of it carries no traffic is no plain success. */
function mark(detailType: string, findings: readonly Finding[], reset: readonly string[] = []): string {
  const flawed =
    detailType === 'Ingress Programmed' && (reset.length > 0 || findings.some(({ severity }) => severity === 'error'));
  return flawed ? '!' : (MARK[detailType] ?? '·');
}

const MARK_STYLE: Record<string, Style> = { '✔': 'green', '!': 'yellow', '✘': 'red' };

/** Hosts of one outcome that are shown with a command to try them. */
const MOST_TRIED = 3;

/** For people: what happened, and how to try it. */
export function textReport(write: Write, screen: Screen = PLAIN): LocalReport {
  const told = (line: string): void => write(foldLine(line, screen, '      '));
  const listening = new Map<string, LocalEndpoint>();
  const tried = new Set<string>();
  let asked = false;

  function tryIt(hosts: readonly string[], addresses: readonly { ip: string; port: number }[]): void {
    const fresh = addresses.flatMap(({ ip, port }) => {
      const place = listening.get(hostPort(ip, port));
      if (place === undefined) return [];
      const names = hosts.map((host) => host.replace(/^\*/, 'any')).filter((host) => !tried.has(`${host} ${ip}`));
      return names.map((host) => ({ host, ip, port, place }));
    });
    for (const { host, ip } of fresh) tried.add(`${host} ${ip}`);
    for (const { host, port, place } of fresh.slice(0, MOST_TRIED)) {
      write(`    try  openssl s_client -connect ${listenText(place)} -servername ${host} </dev/null`);
      write(
        `         curl -k --connect-to ${host}:${port}:${listenText(place)} https://${host}${port === 443 ? '' : `:${port}`}/`,
      );
    }
    const more = fresh.length - MOST_TRIED;
    if (more > 0) write(`         … and ${more} more ${more === 1 ? 'host' : 'hosts'}`);
  }

  function tellFinding(finding: Finding): void {
    const { severity } = finding;
    const line = foldLine(`    ${findingText(finding)}`, screen, '      ');
    // Colours have no width: they come after folding.
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
      asked ||= asksForPassthrough(detail.data);
      write(`sent       ${eventText({ detailType, detail })}`);
    },
    outcome({ detailType, data }) {
      if (!('name' in data) || !('findings' in data)) return;
      const where = data.programmed.map(({ ip, port }) => hostPort(ip, port)).join(', ');
      const what = detailType.replace('Ingress ', '').toLowerCase();
      const hosts = data.hosts.length === 0 ? '' : `  ${firstOf(data.hosts, 3)}${where === '' ? '' : ` on ${where}`}`;
      const sign = mark(detailType, data.findings, data.resetHosts);
      const style = MARK_STYLE[sign];
      write(
        `${style === undefined ? sign : screen.paint(style, sign)} ${data.namespace}/${data.name}  ${what}${hosts}  (${timing(data)})`,
      );
      if ('reason' in data) told(`    ${data.reason}`);
      if (data.resetHosts !== undefined)
        write(`    reset ${firstOf(data.resetHosts, 3)}: connections are reset, see below`);
      for (const finding of errorsFirst(data.findings)) tellFinding(finding);
      tryIt(data.hosts, data.programmed);
    },
    status: () => {},
    problem: ({ file, line, message, hint }) =>
      told(`${hint === true ? 'not read  ' : 'problem   '} ${file}:${line}: ${message}`),
    solved: (file) => write(`solved     ${file}: its problems are over`),
    passedOver: (passed) => told(`skipped    ${passed.ingress}: ${whyPassedOver(passed)}`),
    remark: (ingress, found) => {
      write(`remark     ${ingress}`);
      tellFinding(found);
    },
    classAssumed: (name) =>
      write(`class      ${JSON.stringify(name)} is not in the folder: it is taken for one of ${CONTROLLER}`),
    ready() {
      // "Programmed" would be the same word for a folder that was mistyped.
      const state = asked ? 'the folder’s state is programmed' : `no Ingress here asks for passthrough yet (${ASKING})`;
      write(`ready      ${state}; changes are followed until Ctrl-C`);
    },
  };
}

const ASKING = `${PREFIX}ssl-passthrough: 'true'`;

/** Whether an event of desired state has any Ingress. */
function asksForPassthrough(data: BusEvent['detail']['data']): boolean {
  return 'ingress' in data || ('listed' in data && data.ingresses.length + data.listed.length > 0);
}

function whyPassedOver({ class: name }: SkippedIngress): string {
  if (name === undefined) return 'it has no class, and --class names others';
  return `its class ${JSON.stringify(name)} is not ours: add an IngressClass with the controller ${CONTROLLER}, or name the class with --class`;
}

function timing({ durationMs, latencyMs }: { durationMs: number; latencyMs?: number | undefined }): string {
  const appliance = `${Math.round(durationMs)} ms on the appliance`;
  return latencyMs === undefined ? appliance : `${Math.round(latencyMs)} ms from the change, ${appliance}`;
}

const errorsFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));

function findingText({ severity, code, message, remedy }: Finding): string {
  // The remedy speaks of a deployment; here the command itself is where the default VIP is configured.
  const here = code === 'FrontendIPRequired' ? ' Here: --default-vip ADDRESS.' : '';
  return `${severity} ${code}: ${message}${remedy === undefined ? '' : ` — ${remedy}${here}`}`;
}
