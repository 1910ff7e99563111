import { firstOf } from '../../contract/index.ts';
import { GATEWAY_CONTROLLER } from '../../gateway/index.ts';
import type { Access } from '../../route/index.ts';
import type { NamingObject, WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';
import { kubectlWords, namedObject } from './object-name.ts';

const NOT_LOOKED_AT = 'the Ingress or TLSRoute was not looked at';

export function exists({ candidates, host, nearest, wildcard, covering = [] }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(candidates);
  if (candidates.length > 0) {
    const names = `${namesIn(candidates)} ${candidates.length === 1 ? 'names' : 'name'}`;
    if (wildcard !== undefined) return ok(`${names} ${wildcard}, which covers ${host}`);
    const others = covering.map(({ name, wildcard: other }) => `${name} names ${other}`);
    const after = others.length === 0 ? '' : `; ${others.join(', ')}, which covers it and comes after it`;
    return ok(`${names} ${host}${after}`);
  }
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return failed(
    `no Ingress or TLSRoute names ${host}`,
    `Add a rule with this host to an Ingress, or the hostname to a TLSRoute.${hint}`,
  );
}

export function isSelected({ candidates }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(NOT_LOOKED_AT);
  const selected = candidates.filter((candidate) => candidate.selected);
  if (selected.length > 0) {
    const routes = selected.filter(isRoute);
    const ingresses = selected.filter((candidate) => !isRoute(candidate));
    const requests = ingresses.length === 1 ? 'requests' : 'request';
    const attaches = routes.length === 1 ? 'attaches' : 'attach';
    const texts = [
      ...(ingresses.length === 0 ? [] : [`${namesIn(ingresses)} ${requests} passthrough with a class of ours`]),
      ...(routes.length === 0 ? [] : [`${namesIn(routes)} ${attaches} to a Gateway of ours`]),
    ];
    return ok(texts.join(', '));
  }
  const [first] = candidates;
  if (first === undefined || isRoute(first)) {
    return firstReason(candidates, [
      `no parent of ${first?.name} is a Gateway of ours`,
      `Name one in spec.parentRefs: its GatewayClass has the controllerName ${GATEWAY_CONTROLLER}.`,
    ]);
  }
  return firstReason(candidates, [
    `${first.name} does not request passthrough`,
    `Annotate it: kubectl annotate ${kubectlWords(first.name)} ingress.citrix.com/ssl-passthrough=true`,
  ]);
}

const isRoute = ({ name }: NamingObject): boolean => namedObject(name).kind === 'TLSRoute';

export function isValid({ candidates, wildcard }: WhyInput): Judgement {
  if (typeof candidates === 'string') return unseen(NOT_LOOKED_AT);
  const selected = candidates.filter((candidate) => candidate.selected);
  const routed = selected.filter((candidate) => candidate.routed);
  if (routed.length > 0) {
    const limits = routed.flatMap(({ name, access }) => (access === undefined ? [] : [`; ${limitOf(name, access)}`]));
    return ok(`the rules of ${namesIn(routed)} make a route of ${wildcard ?? 'the host'}${limits.join('')}`);
  }
  return firstReason(selected, selected.every(isRoute) ? NO_LISTENER : NO_RULE);
}

/** Most networks of a list that the explanation names. */
const MOST_NETWORKS = 3;

/** Says who may connect: a client that may not is reset as if the host were broken. */
function limitOf(name: string, { allow, deny }: Access): string {
  const parts = [
    ...(allow === undefined ? [] : [`only clients from ${firstOf(allow, MOST_NETWORKS)}`]),
    ...(deny === undefined ? [] : [`no clients from ${firstOf(deny, MOST_NETWORKS)}`]),
  ];
  return `${name} admits ${parts.join(', and ')}`;
}

const NO_RULE = ['its rules make no route of the host', 'Run nspass lint on it: the finding names the rule.'] as const;

/** No fault of the route: its Gateway has one, or the hostname is beside others that a listener has (GW-10, GW-17). */
const NO_LISTENER = [
  'no usable listener that takes the route has the host',
  'Run nspass lint: it names what is wrong with a Gateway. Otherwise correct the hostname, or that of a listener.',
] as const;

const namesIn = (candidates: readonly NamingObject[]): string => candidates.map(({ name }) => name).join(', ');

/** Returns the first reason of some objects, as the link that is broken. */
function firstReason(
  candidates: readonly NamingObject[],
  otherwise: readonly [text: string, remedy: string],
): Judgement {
  for (const { name, findings } of candidates) {
    const [found] = findings;
    if (found !== undefined) return failed(`${name}: ${found.message}`, found.remedy);
  }
  return failed(...otherwise);
}
