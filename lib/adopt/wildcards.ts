import { coversName, hostForm } from '../route/index.ts';
import type { HostVerdict } from './judge.ts';

/** Returns the wildcards of ours that would take a host after it was given back. */
export function wildcardsOver(host: string, hosts: readonly HostVerdict[]): string[] {
  return hosts
    .filter((other) => other.state === 'taken-over' && other.host !== host && hostForm(other.host) !== 'exact')
    .filter((other) => coversName(other.host, host))
    .map((other) => other.host);
}
