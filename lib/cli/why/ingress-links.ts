import type { NamingIngress, WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';

const NOT_LOOKED_AT = 'the Ingress was not looked at';

export function exists({ candidates, host, nearest }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(candidates);
  if (candidates.length > 0) return ok(`${namesIn(candidates)} ${candidates.length === 1 ? 'names' : 'name'} ${host}`);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return failed(`no Ingress names ${host}`, `Add a rule with this host to an Ingress.${hint}`);
}

export function isSelected({ candidates }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(NOT_LOOKED_AT);
  const selected = candidates.filter((candidate) => candidate.selected);
  if (selected.length > 0) {
    const requests = selected.length === 1 ? 'requests' : 'request';
    return ok(`${namesIn(selected)} ${requests} passthrough with a class of ours`);
  }
  const [first] = candidates;
  return firstReason(candidates, [
    `${first?.name} does not request passthrough`,
    `Annotate it: kubectl annotate ingress -n ${first?.name.replace('/', ' ')} ingress.citrix.com/ssl-passthrough=true`,
  ]);
}

export function isValid({ candidates }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(NOT_LOOKED_AT);
  const selected = candidates.filter((candidate) => candidate.selected);
  const routed = selected.filter((candidate) => candidate.routed);
  if (routed.length > 0) return ok(`the rules of ${namesIn(routed)} make a route of the host`);
  return firstReason(selected, [
    'its rules make no route of the host',
    'Run nspass lint on it: the finding names the rule.',
  ]);
}

const namesIn = (candidates: readonly NamingIngress[]): string => candidates.map(({ name }) => name).join(', ');

/** Returns the first reason of some Ingresses, as the link that is broken. */
function firstReason(
  candidates: readonly NamingIngress[],
  otherwise: readonly [text: string, remedy: string],
): Judgement {
  for (const { name, findings } of candidates) {
    const [found] = findings;
    if (found !== undefined) return failed(`${name}: ${found.message}`, found.remedy);
  }
  return failed(...otherwise);
}
