import { coversName, frontendKey, hostForm } from '../route/index.ts';
import type { AdoptionVerdict, HostVerdict } from './judge.ts';
import { wildcardsOver } from './wildcards.ts';

/** Hosts that were named, or the reason why they cannot be moved. */
export type HostSelection = { readonly hosts: readonly HostVerdict[] } | { readonly refused: string };

/**
 * Returns the hosts to take over. @param names undefined: all that are `ready`. A named one may be `new`, too.
 */
export function selectToTake({ hosts }: AdoptionVerdict, names: readonly string[] | undefined): HostSelection {
  if (names === undefined) return { hosts: hosts.filter(({ state }) => state === 'ready') };
  const chosen = named(hosts, names, ['ready', 'new', 'taken-over']);
  if ('refused' in chosen) return chosen;
  const taken = new Set(chosen.hosts.map(({ host }) => host));
  for (const { host } of chosen.hosts.filter((verdict) => hostForm(verdict.host) !== 'exact')) {
    const under = hosts.find(
      (other) => other.state === 'ready' && !taken.has(other.host) && coversName(host, other.host),
    );
    if (under !== undefined) {
      return { refused: `${host} would take ${under.host} from the incumbent, too: name that host as well` };
    }
  }
  return { hosts: chosen.hosts.filter(({ state }) => state !== 'taken-over') };
}

/** Returns the hosts to give back. @param names undefined: all that were taken over and not handed over. */
export function selectToGiveBack(
  { hosts, frontends }: AdoptionVerdict,
  names: readonly string[] | undefined,
): HostSelection {
  const ours = frontends.filter(({ step }) => step === 'handing-over').map(({ frontend }) => frontendKey(frontend));
  const there = hosts.filter(({ frontend }) => !ours.includes(frontendKey(frontend)));
  if (names === undefined) return { hosts: there.filter(({ state }) => state === 'taken-over') };
  const chosen = named(there, names, ['taken-over', 'ready']);
  if ('refused' in chosen) return chosen;
  const given = new Set(chosen.hosts.map(({ host }) => host));
  for (const { host } of chosen.hosts) {
    const over = wildcardsOver(host, hosts).find((wildcard) => !given.has(wildcard));
    if (over !== undefined) return { refused: `${host} would go on to ${over}, which is ours: name that host as well` };
  }
  return { hosts: chosen.hosts.filter(({ state }) => state === 'taken-over') };
}

function named(
  hosts: readonly HostVerdict[],
  names: readonly string[],
  states: readonly HostVerdict['state'][],
): HostSelection {
  const wanted = names.map((name) => name.toLowerCase());
  const missing = wanted.find((name) => hosts.every(({ host }) => host !== name));
  if (missing !== undefined) {
    return { refused: `${missing} is on none of the incumbent’s front ends: nspass adopt lists the hosts` };
  }
  const chosen = hosts.filter(({ host }) => wanted.includes(host));
  const wrong = chosen.find(({ state }) => !states.includes(state));
  if (wrong === undefined) return { hosts: chosen };
  return { refused: `${wrong.host} is ${wrong.state}${wrong.reason === undefined ? '' : `: ${wrong.reason}`}` };
}
