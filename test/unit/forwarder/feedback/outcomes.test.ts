import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../lib/contract/index.ts';
import { FindingsLog } from '../../../../lib/forwarder/feedback/findings-log.ts';
import { memoryReporter } from '../../../../lib/forwarder/feedback/memory-reporter.ts';
import {
  type IngressOutcomeEvent,
  type IngressOutcomeType,
  OutcomeReports,
} from '../../../../lib/forwarder/feedback/outcomes.ts';
import { changeStatus } from '../../../../lib/forwarder/feedback/status.ts';

const VIP = { ip: '192.0.2.10', port: 443 };

interface Facts {
  name?: string;
  appliance?: string;
  sequence?: number;
  time?: number;
  programmed?: { ip: string; port: number }[];
  removed?: { ip: string; port: number }[];
  hosts?: string[];
  resetHosts?: string[];
  findings?: Finding[];
  reason?: string;
  retry?: boolean;
  changes?: string[];
}

function outcome(detailType: IngressOutcomeType, facts: Facts = {}): IngressOutcomeEvent {
  const {
    appliance = 'p',
    sequence = 10,
    time = 1,
    programmed = [],
    removed = [],
    hosts = [],
    findings = [],
    changes = [],
  } = facts;
  const data = {
    cluster: 'c',
    appliance,
    namespace: 'default',
    name: facts.name ?? 'web',
    sequence,
    programmed,
    removed,
    hosts,
    ...(facts.resetHosts === undefined ? {} : { resetHosts: facts.resetHosts }),
    findings,
    changes,
    durationMs: 1,
  };
  const more = detailType === 'Ingress Failed' ? { reason: facts.reason ?? 'busy', retry: facts.retry ?? true } : {};
  return { detailType, data: { ...data, ...more }, id: 'x', time } as IngressOutcomeEvent;
}

const programmed = (facts: Facts = {}) =>
  outcome('Ingress Programmed', { programmed: [VIP], hosts: ['a.example.com'], ...facts });
const finding = (code: string, message = 'why'): Finding => ({ code, severity: 'warning', message });

function reasons(reports: OutcomeReports, event: IngressOutcomeEvent): string[] | undefined {
  return reports.take(event)?.events.map(({ reason }) => reason);
}

describe('REP-1: status is what is there − removed + programmed', () => {
  const cases: [name: string, there: string[], programmed: string[], removed: string[], now: string[]][] = [
    ['programmed', [], ['192.0.2.1'], [], ['192.0.2.1']],
    ['programmed again', ['192.0.2.1'], ['192.0.2.1'], [], ['192.0.2.1']],
    ['beside another appliance’s or controller’s', ['198.51.100.1'], ['192.0.2.1'], [], ['198.51.100.1', '192.0.2.1']],
    ['removed', ['198.51.100.1', '192.0.2.1'], [], ['192.0.2.1'], ['198.51.100.1']],
    ['moved to another address', ['192.0.2.1'], ['192.0.2.2'], ['192.0.2.1'], ['192.0.2.2']],
    [
      'one port of an address is gone, another one is there',
      ['192.0.2.1'],
      ['192.0.2.1'],
      ['192.0.2.1'],
      ['192.0.2.1'],
    ],
    ['removed what is not there', [], [], ['192.0.2.1'], []],
    ['two ports of one address are one', [], ['192.0.2.1', '192.0.2.1'], [], ['192.0.2.1']],
  ];
  it.each(cases)('%s', (_, there, added, removed, now) => {
    const addresses = (list: string[]) => list.map((ip) => ({ ip }));
    expect(changeStatus(there, { programmed: addresses(added), removed: addresses(removed) })).toEqual(now);
  });
});

describe('REP-1: what an appliance no longer confirms is gone', () => {
  const OTHER = { ip: '192.0.2.11', port: 443 };
  const after = (events: IngressOutcomeEvent[]): string[] => {
    const reports = new OutcomeReports();
    let there: readonly string[] = [];
    for (const event of events) there = reports.take(event)?.status(there) ?? there;
    return [...there];
  };
  const removed = outcome('Ingress Removed', { sequence: 11, removed: [] });
  const failed = outcome('Ingress Failed', { sequence: 11 });
  const moved = programmed({ sequence: 11, programmed: [OTHER], removed: [] });
  const elsewhere = programmed({ appliance: 'q', programmed: [VIP] });
  /** A move, and the same event delivered again: the appliance has forgotten by then where the Ingress was. */
  const move = (facts: Facts) => programmed({ sequence: 11, programmed: [OTHER], ...facts });
  const said = move({ time: 2, removed: [VIP] });
  const again = move({ time: 3 });

  it.each<[string, IngressOutcomeEvent[], string[]]>([
    ['a restored appliance does not know what it had', [programmed(), removed], []],
    ['the same, moved', [programmed(), moved], [OTHER.ip]],
    ['a failure says nothing about addresses', [programmed(), failed], [VIP.ip]],
    [
      'nor does it forget them',
      [programmed(), failed, { ...removed, data: { ...removed.data, sequence: 12 } } as never],
      [],
    ],
    ['another appliance still has the address', [programmed(), elsewhere, removed], [VIP.ip]],
    ['an outcome that another overtook says what it removed', [programmed(), again, said], [OTHER.ip]],
    ['the same, of an earlier event', [programmed(), move({ sequence: 12 }), said], [OTHER.ip]],
    ['but not what was confirmed since', [said, programmed({ sequence: 13 }), said], [VIP.ip]],
  ])('%s', (_, events, now) => {
    expect(after(events)).toEqual(now);
  });

  it.each<[string, IngressOutcomeEvent[], string[]]>([
    ['the appliance gave the address to another Ingress', [programmed({ name: 'other' })], []],
    ['nobody knows whose the address is', [move({ name: 'other' })], [VIP.ip]],
    ['another appliance has the address, too', [programmed({ name: 'other' }), elsewhere], [VIP.ip]],
  ])('an address that an earlier leader wrote and the outcome lacks: %s', (_, events, left) => {
    const reports = new OutcomeReports();
    for (const event of events) reports.take(event);
    expect(reports.take(move({}))?.status([VIP.ip])).toEqual([...left, OTHER.ip]);
    expect(reports.take(failed)?.status([VIP.ip])).toEqual([VIP.ip]);
  });

  it('reports no event for an outcome that a later one overtook', () => {
    const reports = new OutcomeReports();
    reports.take(again);
    expect(reports.take(said)?.events).toEqual([]);
    expect(reports.take(move({ time: 2 }))).toBeUndefined();
  });
});

describe('REP-2: an event for each change, not for each try', () => {
  it('reports what an outcome says', () => {
    const reports = new OutcomeReports();
    expect(reports.take(programmed({ programmed: [VIP, { ip: '2001:db8::1', port: 443 }] }))?.events).toEqual([
      {
        type: 'Normal',
        reason: 'Programmed',
        message: 'Programmed a.example.com on p (192.0.2.10:443, [2001:db8::1]:443)',
      },
    ]);
    expect(reports.take(outcome('Ingress Removed', { sequence: 11 }))?.events).toEqual([
      { type: 'Normal', reason: 'Removed', message: 'Removed this Ingress from p' },
    ]);
    expect(reports.take(outcome('Ingress Failed', { sequence: 12, reason: 'limit', retry: false }))?.events).toEqual([
      { type: 'Warning', reason: 'Failed', message: 'p rejected the configuration (no automatic retry): limit' },
    ]);
    const rejected = outcome('Ingress Rejected', {
      sequence: 13,
      findings: [
        { code: 'HostInvalid', severity: 'error', message: 'bad', path: 'spec.rules[0].host', remedy: 'Correct it.' },
      ],
    });
    expect(reports.take(rejected)?.events).toEqual([
      { type: 'Warning', reason: 'Rejected', message: 'p serves no host of this Ingress: HostInvalid' },
      { type: 'Warning', reason: 'HostInvalid', message: 'spec.rules[0].host: bad. Correct it.' },
    ]);
  });

  it('says which hosts are reset, and what is no more', () => {
    const reports = new OutcomeReports();
    const one = programmed({ resetHosts: ['b.example.com'], findings: [finding('NoEndpoints')] });
    expect(reports.take(one)?.events[0]?.message).toBe(
      'Programmed a.example.com on p (192.0.2.10:443); connections to b.example.com are reset',
    );
    expect(reports.take(programmed({ sequence: 11 }))?.events.at(-1)).toEqual({
      type: 'Normal',
      reason: 'Resolved',
      message: 'Resolved on p: NoEndpoints',
    });
    const none = outcome('Ingress Rejected', {
      sequence: 12,
      resetHosts: ['a.example.com'],
      findings: [finding('NoEndpoints')],
    });
    expect(reports.take(none)?.events[0]?.message).toBe(
      'p serves no host of this Ingress: NoEndpoints; connections to a.example.com are reset',
    );
  });

  it.each<[string, Facts, readonly string[], string[]]>([
    ['an earlier leader told it', { changes: ['bind serviceGroup g 10.1.0.2 8443'] }, ['192.0.2.10'], []],
    ['another controller left the address', { changes: ['bind … a.example.com b'] }, ['192.0.2.10'], ['Programmed']],
    ['the status does not show it', {}, ['198.51.100.1'], ['Programmed']],
  ])('the first outcome of a new leader: %s', (_, facts, there, reasons) => {
    const report = new OutcomeReports().take(programmed(facts));
    report?.status(there);
    expect(report?.events.map(({ reason }) => reason)).toEqual(reasons);
  });

  const cases: [name: string, events: [IngressOutcomeEvent, string[] | undefined][]][] = [
    [
      'the same again',
      [
        [programmed(), ['Programmed']],
        [programmed({ time: 2 }), []],
        [programmed({ sequence: 11, changes: ['set …'] }), []],
      ],
    ],
    [
      'tries of the same event',
      [
        [outcome('Ingress Failed'), ['Failed']],
        [outcome('Ingress Failed', { time: 2 }), []],
        [programmed({ time: 3 }), ['Programmed']],
      ],
    ],
    [
      'another reason',
      [
        [outcome('Ingress Failed'), ['Failed']],
        [outcome('Ingress Failed', { time: 2, reason: 'licence' }), ['Failed']],
      ],
    ],
    [
      'other hosts',
      [
        [programmed(), ['Programmed']],
        [programmed({ sequence: 11, hosts: ['b.example.com'] }), ['Programmed']],
      ],
    ],
    [
      'an older one that comes late',
      [
        [programmed({ sequence: 11 }), ['Programmed']],
        [outcome('Ingress Failed', { sequence: 10 }), undefined],
      ],
    ],
    [
      'an earlier try that comes late',
      [
        [programmed({ time: 2 }), ['Programmed']],
        [outcome('Ingress Failed', { time: 1 }), undefined],
      ],
    ],
    [
      'each appliance for itself',
      [
        [programmed(), ['Programmed']],
        [programmed({ appliance: 'q', sequence: 9 }), ['Programmed']],
      ],
    ],
    [
      'a finding, once',
      [
        [programmed({ findings: [finding('PathsIgnored')] }), ['Programmed', 'PathsIgnored']],
        [programmed({ sequence: 11, findings: [finding('PathsIgnored')] }), []],
      ],
    ],
    [
      'a finding of another appliance, too',
      [
        [programmed({ findings: [finding('PathsIgnored')] }), ['Programmed', 'PathsIgnored']],
        [programmed({ appliance: 'q', findings: [finding('PathsIgnored')] }), ['Programmed']],
      ],
    ],
    [
      'a finding that changes',
      [
        [programmed({ findings: [finding('HostConflict', 'a holds it')] }), ['Programmed', 'HostConflict']],
        [programmed({ sequence: 11, findings: [finding('HostConflict', 'b holds it')] }), ['HostConflict']],
      ],
    ],
    [
      'a finding that goes on one appliance, and not on the other',
      [
        [programmed({ findings: [finding('NoEndpoints')] }), ['Programmed', 'NoEndpoints']],
        [programmed({ appliance: 'q', findings: [finding('NoEndpoints')] }), ['Programmed']],
        [programmed({ sequence: 11 }), []],
        [programmed({ appliance: 'q', sequence: 11 }), ['Resolved']],
      ],
    ],
    [
      'hosts that are reset at first, and then served',
      [
        [
          outcome('Ingress Rejected', { resetHosts: ['a.example.com'], findings: [finding('NoEndpoints')] }),
          ['Rejected', 'NoEndpoints'],
        ],
        [programmed({ sequence: 11 }), ['Programmed', 'Resolved']],
      ],
    ],
    [
      'one host of two that is reset, and then served',
      [
        [programmed({ resetHosts: ['b.example.com'] }), ['Programmed']],
        [programmed({ sequence: 11, hosts: ['a.example.com', 'b.example.com'] }), ['Programmed']],
      ],
    ],
    [
      'a finding that goes and comes back',
      [
        [programmed({ findings: [finding('NoEndpoints')] }), ['Programmed', 'NoEndpoints']],
        [programmed({ sequence: 11 }), ['Resolved']],
        [programmed({ sequence: 12, findings: [finding('NoEndpoints')] }), ['NoEndpoints']],
      ],
    ],
    [
      'the same finding twice in one outcome',
      [[programmed({ findings: [finding('PathsIgnored'), finding('PathsIgnored')] }), ['Programmed', 'PathsIgnored']]],
    ],
  ];
  it.each(cases)('%s', (_, events) => {
    const reports = new OutcomeReports();
    for (const [event, expected] of events)
      expect(reports.take(event)?.events.map(({ reason }) => reason)).toEqual(expected);
  });

  it('makes sure of the status even when nothing is new', () => {
    const reports = new OutcomeReports();
    reports.take(programmed());
    expect(reports.take(programmed({ time: 2 }))?.status([])).toEqual(['192.0.2.10']);
  });

  it('begins anew with an Ingress that was gone', () => {
    const reports = new OutcomeReports();
    reports.take(programmed({ sequence: 20, findings: [finding('PathsIgnored')] }));
    reports.forget('default/web');
    expect(reasons(reports, programmed({ sequence: 10, findings: [finding('PathsIgnored')] }))).toEqual([
      'Programmed',
      'PathsIgnored',
    ]);
  });

  it('keeps messages within what a Kubernetes Event holds', () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `${'h'.repeat(200)}${index}.example.com`);
    const report = new OutcomeReports().take(programmed({ hosts, findings: [finding('X', 'y'.repeat(5_000))] }));
    for (const { message } of report?.events ?? []) expect(message.length).toBeLessThanOrEqual(1_000);
    expect(report?.events).toHaveLength(2);
  });
});

describe('FindingsLog', () => {
  it('remembers nothing of Ingresses without findings', () => {
    const log = new FindingsLog();
    expect(log.replace('a', 'selection', []).news).toEqual([]);
    expect(log.replace('a', 'selection', [finding('A')]).news).toHaveLength(1);
    expect(log.replace('a', 'p', [finding('A'), finding('B')]).news.map(({ code }) => code)).toEqual(['B']);
    log.replace('a', 'selection', []);
    expect(log.replace('a', 'selection', [finding('A')]).news).toEqual([]);
    log.replace('a', 'selection', []);
    log.replace('a', 'p', []);
    expect(log.replace('a', 'selection', [finding('A')]).news).toHaveLength(1);
  });
});

describe('memoryReporter', () => {
  it('calls back for changes of status only, and passes the rest on', () => {
    const seen: string[] = [];
    const reporter = memoryReporter({
      status: (ref, addresses) => seen.push(`${ref.name}: ${addresses.join()}`),
      event: (ref, { reason }) => seen.push(`${ref.name} ${reason}`),
      problem: ({ file }) => seen.push(file),
    });
    const ref = { namespace: 'default', name: 'web' };
    reporter.status(ref, () => ['192.0.2.1']);
    reporter.status(ref, (there) => there);
    reporter.status(ref, () => []);
    reporter.event(ref, { type: 'Normal', reason: 'Programmed', message: '' });
    reporter.problem?.({ file: 'a.yaml', line: 1, message: '' });
    expect(seen).toEqual(['web: 192.0.2.1', 'web: ', 'web Programmed', 'a.yaml']);
  });
});

describe('REP-2: what could not be told', () => {
  it('is told when the same outcome comes again', () => {
    const reports = new OutcomeReports();
    const event = programmed({ findings: [finding('RouteConflict')] });
    const first = reports.take(event);
    first?.failed();
    expect(reasons(reports, event)).toEqual(['Programmed', 'RouteConflict']);
    expect(reasons(reports, event)).toEqual([]);
  });

  it('does not let an older outcome back in', () => {
    const reports = new OutcomeReports();
    reports.take(programmed({ sequence: 11 }))?.failed();
    expect(reasons(reports, programmed({ sequence: 10 }))).toBeUndefined();
  });
});
