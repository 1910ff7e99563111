import { MEMBER } from '../command/servicegroups.ts';
import type { Store, StoredRow } from '../store/store.ts';
import { DEFAULT_PROBE, type Health, type ProbeSettings } from './health.ts';
import { addressOf } from './states.ts';

/** Keeps the probed addresses in step with the members, services and monitors of the configuration. */
export class Monitoring {
  readonly #health: Health;

  constructor(health: Health) {
    this.#health = health;
  }

  attach(store: Store): void {
    for (const member of store.allBindings(MEMBER)) this.#watchMember(member, store);
    for (const service of store.objects('service')) this.#watchService(service, store);
  }

  detach(store: Store): void {
    for (const member of store.allBindings(MEMBER)) this.#unwatchMember(member);
    for (const service of store.objects('service')) this.#unwatchService(service, store);
  }

  memberChanged(before: StoredRow | undefined, after: StoredRow | undefined, store: Store): void {
    if (after !== undefined) this.#watchMember(after, store);
    if (before !== undefined) this.#unwatchMember(before);
  }

  serviceChanged(before: StoredRow | undefined, after: StoredRow | undefined, store: Store): void {
    if (after !== undefined) this.#watchService(after, store);
    if (before !== undefined) this.#unwatchService(before, store);
  }

  groupMonitorsChanged(group: string, store: Store): void {
    const settings = probeSettings('servicegroup_lbmonitor_binding', group, store);
    for (const member of store.bindings(MEMBER, group))
      this.#health.adjust(String(member.ip), Number(member.port), settings);
  }

  serviceMonitorsChanged(name: string, store: Store): void {
    const service = store.object('service', name);
    if (service === undefined) return;
    const settings = probeSettings('service_lbmonitor_binding', name, store);
    this.#health.adjust(addressOf(service, store), Number(service.port), settings);
  }

  #watchMember(member: StoredRow, store: Store): void {
    const settings = probeSettings('servicegroup_lbmonitor_binding', String(member.servicegroupname), store);
    this.#health.watch(String(member.ip), Number(member.port), settings);
  }

  #unwatchMember(member: StoredRow): void {
    this.#health.unwatch(String(member.ip), Number(member.port));
  }

  #watchService(service: StoredRow, store: Store): void {
    const settings = probeSettings('service_lbmonitor_binding', String(service.name), store);
    this.#health.watch(addressOf(service, store), Number(service.port), settings);
  }

  #unwatchService(service: StoredRow, store: Store): void {
    this.#health.unwatch(addressOf(service, store), Number(service.port));
  }
}

/** Returns the settings of the first bound monitor that exists. */
function probeSettings(kind: string, parent: string, store: Store): ProbeSettings {
  for (const binding of store.bindings(kind, parent)) {
    const monitor = store.object('lbmonitor', String(binding.monitor_name));
    if (monitor === undefined) continue;
    const interval = Number(monitor.interval ?? 5) * (monitor.units3 === 'MIN' ? 60 : 1);
    const timeout = Number(monitor.resptimeout ?? 2);
    return { secure: monitor.secure === 'YES', intervalMs: interval * 1000, timeoutMs: timeout * 1000 };
  }
  return DEFAULT_PROBE;
}
