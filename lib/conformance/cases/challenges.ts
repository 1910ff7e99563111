import type { CaseScope, CaseStep, ConformanceCase } from '../case.ts';
import { apply, ingress, pathTo, ruleOf, served, service, told } from '../manifests.ts';

const ALLOW = { 'netscaler-passthrough/acme-challenge': 'allow' };
const REDIRECT = { 'insecure-termination': 'redirect' };
const TOKEN = '/.well-known/acme-challenge/token';

const redirected = (host: string, path: string): CaseStep => ({
  kind: 'http',
  host,
  path,
  answer: { status: 301, location: `https://${host}${path}` },
});

/** Returns an Ingress with the path of a challenge, and the Service that TLS reaches. */
const challenged = (scope: CaseScope, solver: string, annotations: Readonly<Record<string, string>>): CaseStep =>
  apply(
    service(scope, 'web', ['a']),
    ingress(scope, 'shop', {
      rules: [ruleOf(scope.host(), pathTo('web', '/'), pathTo(solver, TOKEN))],
      annotations,
    }),
  );

/**
 * ACME challenges behind a redirect: VAL-19. The back ends of the suite speak TLS alone, so they show only what is still
 * redirected; what a solver gets is in test/integration/reconcile/challenges.test.ts.
 */
export const CHALLENGE_CASES: readonly ConformanceCase[] = [
  {
    id: 'challenge-without-solver',
    rules: ['VAL-19'],
    title: 'a challenge whose solver is missing is redirected like every other path, and reported',
    needs: ['redirect', 'challenges', 'reasons'],
    steps: (scope) => [
      challenged(scope, 'missing', { ...REDIRECT, ...ALLOW }),
      served(scope.host(), 'a'),
      told('shop', 'ChallengeUnanswered'),
      redirected(scope.host(), TOKEN),
      redirected(scope.host(), '/'),
    ],
  },
  {
    id: 'challenge-of-tls',
    rules: ['VAL-19'],
    title: 'the back end for TLS gets no plain HTTP',
    needs: ['redirect', 'challenges', 'reasons'],
    steps: (scope) => [
      challenged(scope, 'web', { ...REDIRECT, ...ALLOW }),
      told('shop', 'ChallengeUnanswered'),
      redirected(scope.host(), TOKEN),
      served(scope.host(), 'a'),
    ],
  },
  {
    id: 'challenge-not-redirected',
    rules: ['VAL-19'],
    title: 'the annotation without a redirect is reported, and opens nothing',
    needs: ['challenges', 'reasons'],
    steps: (scope) => [
      challenged(scope, 'missing', ALLOW),
      served(scope.host(), 'a'),
      told('shop', 'ChallengeNotRedirected'),
      { kind: 'http', host: scope.host(), path: TOKEN, answer: undefined },
    ],
  },
];
