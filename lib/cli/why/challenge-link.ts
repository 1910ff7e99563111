import { firstOf, hostPort, qualifiedName } from '../../contract/index.ts';
import { tokenIn } from '../../route/index.ts';
import type { RouteStatus } from '../../status/index.ts';
import type { NamingObject, WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';
import { kubectlWords } from './object-name.ts';

/** Most challenges that are named. */
const MOST = 3;

/** Judges the ACME challenges of a host over plain HTTP (VAL-19). @returns undefined where nothing speaks of any. */
export function answersChallenges({ candidates, appliance }: WhyInput): Judgement | undefined {
  const speaking =
    typeof candidates === 'string' ? [] : candidates.filter(({ challenges }) => challenges !== undefined);
  for (const { name, challenges } of speaking) {
    const [found] = challenges?.findings ?? [];
    if (found !== undefined) return failed(`${name}: ${found.message}`, found.remedy);
  }
  const open = speaking.flatMap(({ name, challenges }) => (challenges?.open ?? []).map((each) => ({ name, ...each })));
  if (appliance.kind !== 'read') {
    if (open.length === 0) return noneOpen(speaking);
    return unseen(`${firstOf(open.map(sentence), MOST)}: the appliance was not looked at`);
  }
  for (const route of appliance.challenges) {
    const bad = judge(route);
    if (bad !== undefined) return bad;
  }
  const known = new Set(appliance.challenges.map(tokenOf));
  const missing = open.find(({ token }) => !known.has(token));
  if (missing !== undefined) {
    return failed(
      `the appliance has no row for the challenge ${missing.token} of ${missing.name}: its event has not arrived, or was rejected`,
      `Look at its Events: kubectl describe ${kubectlWords(missing.name)}`,
    );
  }
  const [first] = appliance.challenges;
  if (first === undefined) return noneOpen(speaking);
  const answered = appliance.challenges.map((route) => `${tokenOf(route)} by ${route.holder?.backend}`);
  return ok(`answered over plain HTTP on ${addressOf(first)}: ${firstOf(answered, MOST)}`);
}

function noneOpen([first]: readonly NamingObject[]): Judgement | undefined {
  return first && ok(`${first.name} lets challenges through, and none is open`);
}

/** @returns undefined for a challenge that is answered. */
function judge(route: RouteStatus): Judgement | undefined {
  const { state, holder, standby, members } = route;
  const challenge = `the challenge ${tokenOf(route)}`;
  const [waits] = standby;
  if (waits !== undefined && holder !== undefined) {
    const [name, other] = [waits.owner, holder.owner].map((owner) => `${owner.cluster}/${qualifiedName(owner)}`);
    return failed(
      `${challenge} of ${name} is not answered: ${other} holds the host on ${addressOf(route)}`,
      `Only the holder answers. Add the challenge there, or take the host out of it: kubectl edit ${kubectlWords(qualifiedName(holder.owner))}`,
    );
  }
  if (state === 'unbound' || state === 'stray') {
    return failed(
      `${challenge} on ${addressOf(route)} does not lead to its solver: a row was changed by hand, or a write is under way`,
      'The audit repairs it within minutes; at once: POST /snapshot?verify=APPLIANCE on the forwarder.',
    );
  }
  if (state === 'serving') return undefined;
  const list = members.map((member) => `${hostPort(member.address, member.port)} ${member.state}`).join(', ');
  return failed(
    `the solver ${holder?.backend} of ${challenge} is not up${list === '' ? '' : `: ${list}`}`,
    'The appliance must reach the solver’s addresses and ports: check routes, security groups and network policies.',
  );
}

const sentence = ({ name, token, backend }: { name: string; token: string; backend: string }): string =>
  `${name} answers the challenge ${token} by ${backend}`;

const tokenOf = ({ host = '' }: RouteStatus): string => tokenIn(host.slice(host.indexOf('/'))) ?? host;

const addressOf = ({ frontend }: RouteStatus): string => hostPort(frontend.vip, frontend.port);
