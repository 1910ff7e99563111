import type { Frontend } from '../route/index.ts';
import { httpRules } from './expressions.ts';
import type { Names } from './names.ts';
import type { Resource } from './resource.ts';

/** Before every redirect. */
export const CHALLENGE_PRIORITY = 1;

/** How the policies of the responder of a front end are made. */
interface ResponderParts {
  readonly comment: string;
  readonly owners: readonly string[];
  readonly policy: (name: string, rule: string, action: string) => Resource;
  readonly binding: (policyname: string, priority: number) => Resource;
}

/**
 * VAL-19: returns what lets challenges through. Requests whose path is a challenge of the host's holder pass the redirects,
 * and content switching sends each to the server that its row names; so a challenge comes and goes with rows alone. The
 * policies look at rows, and the responder's is the first of them: it says that the others exist, too. No document shows a
 * computed target whose key is itself computed, nor NOOP before content switching: `nspass verify` asks for both.
 */
export function challengeObjects(
  names: Names,
  frontend: Frontend,
  { comment, owners, policy, binding }: ResponderParts,
): Resource[] {
  const name = names.challenges(frontend);
  const map = names.frontendMap(frontend);
  return [
    policy(name, httpRules.challenge(map), 'NOOP'),
    {
      role: 'switching-action',
      type: 'csaction',
      id: { name },
      attributes: { targetvserverexpr: httpRules.challengeServer(map), comment },
      owners,
    },
    {
      role: 'switching-policy',
      type: 'cspolicy',
      id: { policyname: name },
      attributes: { rule: httpRules.challenge(map), action: name },
      owners,
    },
    binding(name, CHALLENGE_PRIORITY),
    {
      role: 'front-end-binding',
      type: 'csvserver_cspolicy_binding',
      id: { name: names.csvserver(frontend), policyname: name },
      attributes: { priority: CHALLENGE_PRIORITY },
      owners,
    },
  ];
}
