import type { EventData, Finding, ReceivedEvent } from '../../contract/index.ts';
import { firstOf, hostPort, qualifiedName } from '../../contract/index.ts';
import type { IngressEvent } from '../ports.ts';
import { contentHash } from '../state/content-hash.ts';
import { FindingsLog } from './findings-log.ts';
import { changeStatus } from './status.ts';

export const INGRESS_OUTCOMES = [
  'Ingress Programmed',
  'Ingress Removed',
  'Ingress Rejected',
  'Ingress Failed',
] as const;
export type IngressOutcomeType = (typeof INGRESS_OUTCOMES)[number];
export type IngressOutcomeEvent = Extract<ReceivedEvent, { detailType: IngressOutcomeType }>;

/** What is to be reported of an Ingress. */
export interface OutcomeReport {
  readonly status: (there: readonly string[]) => readonly string[];
  /** To be read behind `status`, which sees whether an earlier leader has told this already. */
  readonly events: readonly IngressEvent[];
  /** It could not be told: the same outcome, when it comes again, makes all of its events again. */
  readonly failed: () => void;
}

interface Known {
  readonly sequence: number;
  readonly time: number;
  /** Of what was reported. */
  readonly hash: string;
}

/** `note` of a Kubernetes Event holds 1 KiB (events.k8s.io/v1). */
const MAX_MESSAGE = 1_000;

/** No hash is empty. */
const UNTOLD = '';

/**
 * Turns outcomes into reports (REP-1, REP-2). Outcomes come late, twice and in any order:
 *
 * | an outcome | is |
 * |---|---|
 * | of a lower sequence than one that this appliance reported of this Ingress | dropped |
 * | of the same sequence, made earlier | dropped |
 * | that says what the last one said | no event; the status is made sure of |
 * | the first of this leader, whose addresses the status has and by which no host was changed | no event: an earlier leader told it |
 * | otherwise | an event, one for each finding that is new, and one for those that are no more |
 */
export class OutcomeReports {
  /** Ingress → appliance → the last outcome. */
  readonly #known = new Map<string, Map<string, Known>>();
  readonly #findings: FindingsLog;

  constructor(findings: FindingsLog = new FindingsLog()) {
    this.#findings = findings;
  }

  take(event: IngressOutcomeEvent): OutcomeReport | undefined {
    const { data, time } = event;
    const name = qualifiedName(data);
    const appliances = this.#known.get(name) ?? new Map<string, Known>();
    const last = appliances.get(data.appliance);
    if (
      last !== undefined &&
      (data.sequence < last.sequence || (data.sequence === last.sequence && time < last.time))
    ) {
      return undefined;
    }
    const summary = summarize(event);
    const hash = contentHash(summary);
    this.#known.set(name, appliances.set(data.appliance, { sequence: data.sequence, time, hash }));
    const { news, cleared } = this.#findings.replace(name, data.appliance, data.findings);
    let told = hash === last?.hash;
    const failed = (): void => {
      appliances.set(data.appliance, { sequence: data.sequence, time, hash: UNTOLD });
      this.#findings.replace(name, data.appliance, []);
    };
    return {
      failed,
      status: (there) => {
        if (last === undefined && stands(event, there)) told = true;
        return changeStatus(there, data);
      },
      get events() {
        const resolved = cleared.length === 0 ? [] : [resolvedEvent(cleared, data.appliance)];
        return [...(told ? [] : [summary]), ...news.map(findingEvent), ...resolved];
      },
    };
  }

  /** The Ingress is gone, and nothing is left to report on. */
  forget(name: string): void {
    this.#known.delete(name);
    this.#findings.forget(name);
  }
}

/** Whether the status shows already what the outcome says, and no host was changed for it. */
function stands({ detailType, data }: IngressOutcomeEvent, there: readonly string[]): boolean {
  if (detailType !== 'Ingress Programmed') return false;
  const shown = data.programmed.every(({ ip }) => there.includes(ip));
  return shown && !data.changes.some((line) => data.hosts.some((host) => line.includes(host)));
}

/** Findings that are no more, as a Kubernetes Event. @param by an appliance. */
export function resolvedEvent(codes: readonly string[], by?: string): IngressEvent {
  const whose = by === undefined ? '' : ` on ${by}`;
  return { type: 'Normal', reason: 'Resolved', message: cut(`No longer found${whose}: ${list(codes)}`) };
}

/** A finding as a Kubernetes Event. */
export function findingEvent({ code, message, path, remedy }: Finding): IngressEvent {
  const where = path === undefined || message.includes(path) ? '' : `${path}: `;
  return {
    type: 'Warning',
    reason: code,
    message: cut(remedy === undefined ? `${where}${message}` : `${where}${sentence(message)} ${remedy}`),
  };
}

function summarize({ detailType, data }: IngressOutcomeEvent): IngressEvent {
  switch (detailType) {
    case 'Ingress Programmed': {
      const addresses = data.programmed.map(({ ip, port }) => hostPort(ip, port));
      const hosts = list(data.hosts, data.omitted?.hosts);
      const message = `${data.appliance} passes ${hosts} on ${list(addresses)}${resets(data.resetHosts)}`;
      return { type: 'Normal', reason: 'Programmed', message: cut(message) };
    }
    case 'Ingress Removed':
      return { type: 'Normal', reason: 'Removed', message: `${data.appliance} has nothing of this Ingress any more` };
    case 'Ingress Rejected': {
      const errors = data.findings.filter(isError);
      const codes = [...new Set((errors.length > 0 ? errors : data.findings).map(({ code }) => code))];
      const message = `${data.appliance} carries no traffic for this Ingress: ${list(codes)}${resets(data.resetHosts)}`;
      return { type: 'Warning', reason: 'Rejected', message: cut(message) };
    }
    case 'Ingress Failed': {
      const next = (data as EventData<'Ingress Failed'>).retry
        ? 'it is tried again'
        : 'it is not tried again by itself';
      const reason = (data as EventData<'Ingress Failed'>).reason;
      return {
        type: 'Warning',
        reason: 'Failed',
        message: cut(`${data.appliance} did not take it, ${next}: ${reason}`),
      };
    }
  }
}

function resets(hosts: readonly string[] | undefined): string {
  return hosts === undefined ? '' : `; connections to ${list(hosts)} are reset`;
}

const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const isError = ({ severity }: Finding): boolean => severity === 'error';

/** @param omitted further items that are not in the list. */
function list(items: readonly string[], omitted = 0): string {
  if (items.length === 0) return 'nothing';
  return firstOf(items, 10, omitted);
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;
}
