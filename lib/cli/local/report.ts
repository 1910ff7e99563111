import { type BusEvent, type Finding, firstOf, hostPort, type ReceivedEvent } from '../../contract/index.ts';
import type { Problem } from '../../forwarder/index.ts';
import { CONTROLLER, PREFIX } from '../../ingress/index.ts';
import type { Place } from './back-ends.ts';
import { eventText } from './event-text.ts';
import type { PassedOver } from './passed-over.ts';

/** What `nspass local` tells: for people, or one JSON object a line. */
export interface LocalReport {
  nitro(url: string): void;
  frontEnd(event: { address: string; port: number; listen: Place | undefined }): void;
  sent(event: BusEvent): void;
  outcome(event: ReceivedEvent): void;
  status(ingress: string, addresses: readonly string[]): void;
  problem(problem: Problem): void;
  /** A file that had a problem has none any more. */
  solved(file: string): void;
  passedOver(passed: PassedOver): void;
  remark(ingress: string, found: Finding): void;
  classAssumed(className: string): void;
  ready(): void;
}

type Write = (line: string) => void;

const listenText = ({ host, port }: Place): string => hostPort(host, port);

/** One JSON object a line: for programs. */
export function jsonReport(write: Write): LocalReport {
  const line = (value: Record<string, unknown>): void => write(JSON.stringify(value));
  return {
    nitro: (url) => line({ type: 'nitro', url }),
    frontEnd: ({ address, port, listen }) =>
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

/** For people: what happened, and how to try it. */
export function textReport(write: Write): LocalReport {
  const listening = new Map<string, Place>();
  const tried = new Set<string>();
  let asked = false;

  function tryIt(hosts: readonly string[], addresses: readonly { ip: string; port: number }[]): void {
    for (const { ip, port } of addresses) {
      const place = listening.get(hostPort(ip, port));
      const host = hosts[0]?.replace(/^\*/, 'any');
      if (place === undefined || host === undefined || tried.has(`${host} ${ip}`)) continue;
      tried.add(`${host} ${ip}`);
      write(`    try  openssl s_client -connect ${listenText(place)} -servername ${host} </dev/null`);
      write(
        `         curl -k --connect-to ${host}:${port}:${listenText(place)} https://${host}${port === 443 ? '' : `:${port}`}/`,
      );
    }
  }

  return {
    nitro: (url) => write(`appliance  NITRO at ${url} (user nsroot, password nsroot)`),
    frontEnd({ address, port, listen }) {
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
      write(
        `${mark(detailType, data.findings, data.resetHosts)} ${data.namespace}/${data.name}  ${what}${hosts}  (${timing(data)})`,
      );
      if ('reason' in data) write(`    ${data.reason}`);
      if (data.resetHosts !== undefined)
        write(`    reset ${firstOf(data.resetHosts, 3)}: connections are reset, see below`);
      for (const finding of data.findings) write(`    ${findingText(finding)}`);
      tryIt(data.hosts, data.programmed);
    },
    status: () => {},
    problem: ({ file, line, message, hint }) =>
      write(`${hint === true ? 'not read  ' : 'problem   '} ${file}:${line}: ${message}`),
    solved: (file) => write(`solved     ${file}: its problems are over`),
    passedOver: (passed) => write(`skipped    ${passed.ingress}: ${whyPassedOver(passed)}`),
    remark: (ingress, found) => {
      write(`remark     ${ingress}`);
      write(`    ${findingText(found)}`);
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

function whyPassedOver({ class: name }: PassedOver): string {
  if (name === undefined) return 'it has no class, and --class names others';
  return `its class ${JSON.stringify(name)} is not ours: add an IngressClass with the controller ${CONTROLLER}, or name the class with --class`;
}

function timing({ durationMs, latencyMs }: { durationMs: number; latencyMs?: number | undefined }): string {
  const appliance = `${Math.round(durationMs)} ms on the appliance`;
  return latencyMs === undefined ? appliance : `${Math.round(latencyMs)} ms from the change, ${appliance}`;
}

function findingText({ severity, code, message, remedy }: Finding): string {
  // The remedy speaks of a deployment; here the command itself is where the default VIP is configured.
  const here = code === 'FrontendIPRequired' ? ' Here: --default-vip ADDRESS.' : '';
  return `${severity} ${code}: ${message}${remedy === undefined ? '' : ` — ${remedy}${here}`}`;
}
