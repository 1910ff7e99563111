import type { EventData, Finding, ReceivedEvent } from '../../contract/index.ts';
import { firstOf, hostPort, kindOfEvent, nameInCluster, type SourceKind, visible } from '../../contract/index.ts';
import type { IngressEvent, IngressRef } from '../ports.ts';
import { sharedText } from '../source/shared-text.ts';
import { contentHash } from '../state/content-hash.ts';
import { FindingsLog } from './findings-log.ts';
import { changeStatus } from './status.ts';

export const INGRESS_OUTCOMES = [
  'Ingress Programmed',
  'Ingress Removed',
  'Ingress Rejected',
  'Ingress Failed',
  'TLSRoute Programmed',
  'TLSRoute Removed',
  'TLSRoute Rejected',
  'TLSRoute Failed',
  'Gateway Programmed',
  'Gateway Removed',
  'Gateway Rejected',
  'Gateway Failed',
] as const;
export type IngressOutcomeType = (typeof INGRESS_OUTCOMES)[number];
export type IngressOutcomeEvent = Extract<ReceivedEvent, { detailType: IngressOutcomeType }>;

/** Returns the name under which the forwarder knows the object of an event: as `nameInCluster` makes it. */
export function ownerNameIn({ detailType, data }: { readonly detailType: string; readonly data: IngressRef }): string {
  return sharedText(nameInCluster(kindOfEvent(detailType), data));
}

/** The report of one outcome of an Ingress, TLSRoute or Gateway. */
export interface OutcomeReport {
  /** A later outcome of the same appliance overtook this one: what it confirms may be gone. */
  readonly late: boolean;
  /** The same outcome was delivered before. */
  readonly again: boolean;
  readonly status: (there: readonly string[]) => readonly string[];
  /** Read these after calling `status`, which detects that an earlier leader reported the outcome already. */
  readonly events: readonly IngressEvent[];
  /** The report failed: the same outcome, when it comes again, reports all of its events again. */
  readonly failed: () => void;
}

interface LastOutcome {
  readonly sequence: number;
  readonly time: number;
  /** Hash of the reported event; {@link UNREPORTED} after a failure. */
  readonly hash: string;
  /** Addresses that the appliance confirmed last. */
  readonly confirmed: readonly string[];
}

/** `note` of a Kubernetes Event holds 1 KiB (events.k8s.io/v1). */
const MAX_MESSAGE = 1_000;

/** Equals no hash. */
const UNREPORTED = '';

/**
 * Turns outcomes into reports (REP-1, REP-2). Outcomes come late, twice and in any order:
 *
 * | outcome | report |
 * |---|---|
 * | with a lower sequence than one of this appliance for this Ingress, or with the same, made earlier | what it removed leaves the status, unless an appliance confirmed it last |
 * | equal to the last one | the status, no event |
 * | the first of this leader, already shown by the status and without a changed host | the status, no event: an earlier leader reported it |
 * | any other | the status, an event, one event for each new finding, and one for those that are gone |
 */
export class OutcomeReports {
  /** Ingress → appliance → the last outcome. */
  readonly #last = new Map<string, Map<string, LastOutcome>>();
  readonly #findings: FindingsLog;
  /** Address → the appliances whose outcomes named it, for whichever Ingress. */
  readonly #holders = new Map<string, Set<string>>();

  constructor(findings: FindingsLog = new FindingsLog()) {
    this.#findings = findings;
  }

  take(event: IngressOutcomeEvent): OutcomeReport | undefined {
    const { data, time } = event;
    const name = ownerNameIn(event);
    const appliances = this.#last.get(name) ?? new Map<string, LastOutcome>();
    const last = appliances.get(data.appliance);
    if (
      last !== undefined &&
      (data.sequence < last.sequence || (data.sequence === last.sequence && time < last.time))
    ) {
      return lateReport(data, appliances);
    }
    const summary = summarize(event);
    const hash = contentHash(summary);
    const before = last?.confirmed ?? [];
    // A failure says nothing about addresses.
    const confirmed = event.detailType.endsWith(' Failed') ? before : data.programmed.map(({ ip }) => ip);
    this.#last.set(name, appliances.set(data.appliance, { sequence: data.sequence, time, hash, confirmed }));
    // An appliance that was restored does not know what it had: what it no longer confirms is gone nevertheless.
    const others = [...appliances].flatMap(([each, { confirmed: held }]) => (each === data.appliance ? [] : held));
    const gone = before.filter((ip) => !confirmed.includes(ip) && !others.includes(ip));
    for (const { ip } of [...data.programmed, ...data.removed]) {
      this.#holders.set(ip, (this.#holders.get(ip) ?? new Set()).add(data.appliance));
    }
    const isFailure = event.detailType.endsWith(' Failed');
    // An earlier leader knew what was confirmed: an address of this appliance alone that it does not confirm is stale.
    const isStale = (ip: string): boolean => {
      const holders = this.#holders.get(ip);
      const isOwn = holders?.size === 1 && holders.has(data.appliance);
      return isOwn && !isFailure && !confirmed.includes(ip) && !others.includes(ip);
    };
    const { news, cleared } = this.#findings.replace(name, data.appliance, data.findings);
    let reported = hash === last?.hash;
    const failed = (): void => {
      appliances.set(data.appliance, {
        sequence: data.sequence,
        time,
        hash: UNREPORTED,
        confirmed: [...before, ...confirmed],
      });
      this.#findings.replace(name, data.appliance, []);
    };
    return {
      late: false,
      again: last?.sequence === data.sequence && last.time === time,
      failed,
      status: (there) => {
        if (last === undefined && isShown(event, there)) reported = true;
        return changeStatus(there, {
          programmed: data.programmed,
          removed: [...data.removed, ...[...gone, ...there.filter(isStale)].map((ip) => ({ ip }))],
        });
      },
      get events() {
        const resolved = cleared.length === 0 ? [] : [resolvedEvent(cleared, data.appliance)];
        return [...(reported ? [] : [summary]), ...news.map(findingEvent), ...resolved];
      },
    };
  }

  /** Forgets an Ingress that was deleted. */
  forget(name: string): void {
    this.#last.delete(name);
    this.#findings.forget(name);
  }
}

/**
 * Returns the report of an outcome that a later one overtook. The later one may be of the same event, delivered once more:
 * by then the appliance had forgotten what it removed.
 *
 * @param last appliance → its last outcome about the Ingress.
 * @returns undefined where it changes no status.
 */
function lateReport(
  { removed }: Pick<EventData<'Ingress Programmed'>, 'removed'>,
  last: ReadonlyMap<string, LastOutcome>,
): OutcomeReport | undefined {
  const confirmed = new Set([...last.values()].flatMap((each) => each.confirmed));
  const gone = removed.filter(({ ip }) => !confirmed.has(ip));
  if (gone.length === 0) return undefined;
  const status = (there: readonly string[]) => changeStatus(there, { programmed: [], removed: gone });
  return { late: true, again: false, status, events: [], failed: () => {} };
}

/** Returns whether the status already shows the addresses of the outcome, and no host was changed for it. */
function isShown({ detailType, data }: IngressOutcomeEvent, there: readonly string[]): boolean {
  if (!detailType.endsWith(' Programmed')) return false;
  const addressesShown = data.programmed.every(({ ip }) => there.includes(ip));
  return addressesShown && !data.changes.some((line) => data.hosts.some((host) => line.includes(host)));
}

/** Returns a Kubernetes Event for findings that are gone. @param by the appliance that no longer reports them. */
export function resolvedEvent(codes: readonly string[], by?: string): IngressEvent {
  const whose = by === undefined ? '' : ` on ${by}`;
  return { type: 'Normal', reason: 'Resolved', message: cut(`Resolved${whose}: ${list(codes)}`) };
}

/** Returns a Kubernetes Event for a finding. */
export function findingEvent({ code, message, path, remedy }: Finding): IngressEvent {
  const where = path === undefined || message.includes(path) ? '' : `${path}: `;
  return {
    type: 'Warning',
    reason: code,
    message: cut(remedy === undefined ? `${where}${message}` : `${where}${sentence(message)} ${remedy}`),
  };
}

function summarize({ detailType, data }: IngressOutcomeEvent): IngressEvent {
  const [kind, what] = detailType.split(' ') as [SourceKind, 'Programmed' | 'Removed' | 'Rejected' | 'Failed'];
  switch (what) {
    case 'Programmed': {
      const addresses = data.programmed.map(({ ip, port }) => hostPort(ip, port));
      const what = 'listeners' in data ? listenersText(data.listeners) : list(data.hosts, data.omitted?.hosts);
      const message = `Programmed ${what} on ${data.appliance} (${list(addresses)})${resets(data.resetHosts)}`;
      return { type: 'Normal', reason: 'Programmed', message: cut(message) };
    }
    case 'Removed':
      return { type: 'Normal', reason: 'Removed', message: `Removed this ${kind} from ${data.appliance}` };
    case 'Rejected': {
      const errors = data.findings.filter(isError);
      const codes = [...new Set((errors.length > 0 ? errors : data.findings).map(({ code }) => code))];
      const message = `${data.appliance} serves no ${kind === 'Gateway' ? 'listener' : 'host'} of this ${kind}: ${list(codes)}${resets(data.resetHosts)}`;
      return { type: 'Warning', reason: 'Rejected', message: cut(message) };
    }
    case 'Failed': {
      const { retry, reason } = data as EventData<'Ingress Failed'>;
      const next = retry ? 'retrying' : 'no automatic retry';
      const message = `${data.appliance} rejected the configuration (${next}): ${reason}`;
      return { type: 'Warning', reason: 'Failed', message: cut(message) };
    }
  }
}

const listenersText = (names: readonly string[] | undefined = []): string =>
  `${names.length === 1 ? 'listener' : 'listeners'} ${list(names)}`;

function resets(hosts: readonly string[] | undefined): string {
  return hosts === undefined ? '' : `; connections to ${list(hosts)} are reset`;
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const isError = ({ severity }: Finding): boolean => severity === 'error';

/** @param omitted number of further items that are not in the list. */
function list(items: readonly string[], omitted = 0): string {
  if (items.length === 0) return 'nothing';
  return firstOf(items, 10, omitted);
}

function cut(text: string): string {
  return visible(text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text);
}
