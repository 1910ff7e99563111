import type { Fact } from './fact.ts';

const FRONTEND = 'lib/netscaler/frontend.ts';
const BACKEND = 'lib/netscaler/backend.ts';
const CHALLENGES = 'lib/netscaler/challenge-policies.ts';

/** Properties of connections through content-switching servers: SSL with policies at the ClientHello, and plain HTTP. */
export const DATA_PLANE_FACTS = {
  'reset-seen-as': {
    statement: 'How a client that a policy with action RESET refuses sees it.',
    values: ['reset', 'close', 'answer'],
    expected: 'reset',
    otherwise: 'Clients of unknown hosts see another end; no host is reached.',
    usedIn: FRONTEND,
    needs: 'front end',
  },
  'forward-without-members': {
    statement: 'How a client sees FORWARD to a server with no member that is UP.',
    values: ['reset', 'close', 'silence', 'answer'],
    expected: 'reset',
    otherwise: 'Nothing changes for a back end without members: its policies are unbound, and RESET takes its hosts.',
    usedIn: BACKEND,
    needs: 'front end',
  },
  'forward-untouched': {
    statement: 'FORWARD passes the ClientHello and all later bytes as they came.',
    values: 'yes-no',
    expected: true,
    otherwise: 'The product cannot serve from this build.',
    usedIn: BACKEND,
    needs: 'back end',
  },
  'hello-in-segments': {
    statement: 'Policies see the name of a ClientHello that arrives in several segments.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Clients with large hellos (post-quantum keys) are reset.',
    usedIn: FRONTEND,
    needs: 'back end',
  },
  'forward-tls13-only': {
    statement: 'A client that offers TLS 1.3 only is forwarded.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Such clients reach no back end.',
    usedIn: BACKEND,
    needs: 'back end',
  },
  'forward-with-sni-enabled': {
    statement: 'A server with SNI enabled forwards a name for which it has no certificate.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Keep SNI disabled on front ends of the product, where it is off by default.',
    usedIn: FRONTEND,
    needs: 'back end',
  },
  'forward-idle-timeout': {
    statement: 'The server whose idle time-out (cltTimeout) ends a forwarded connection.',
    values: ['target', 'front end'],
    expected: 'target',
    otherwise: 'Nothing changes: both have the same time-out.',
    usedIn: FRONTEND,
    needs: 'back end',
  },
  'source-at-client-hello': {
    statement: "A policy at the ClientHello finds the client's address in the networks of a data set.",
    values: 'yes-no',
    expected: true,
    otherwise: 'Hosts with source networks reset every client; hosts without are not affected.',
    usedIn: 'lib/netscaler/expressions.ts',
    needs: 'back end',
  },
  'proxy-header-sent': {
    statement:
      'The net profile of a service group of type TCP sends its members the PROXY header before the ClientHello.',
    values: 'yes-no',
    expected: true,
    otherwise: 'Pods that wait for the header refuse the connections of such hosts.',
    usedIn: 'lib/netscaler/proxy-profile.ts',
    needs: 'back end',
  },
  'computed-server': {
    statement: 'Content switching finds the name of a server in a string map by a key computed from the request.',
    values: 'yes-no',
    expected: true,
    otherwise: 'ACME challenges behind a redirect are not answered: renew by DNS-01. Nothing else changes.',
    usedIn: CHALLENGES,
    needs: 'back end',
  },
  'noop-before-switching': {
    statement: 'A responder policy with the action NOOP lets a request past later policies to content switching.',
    values: 'yes-no',
    expected: true,
    otherwise: 'ACME challenges are redirected like other requests: renew by DNS-01. Nothing else changes.',
    usedIn: CHALLENGES,
    needs: 'back end',
  },
  'rename-keeps-connections': {
    statement: 'A content-switching server that gets another name keeps its connections.',
    values: 'yes-no',
    expected: true,
    otherwise: 'nspass adopt ends the open connections of a front end when it hands the front end over.',
    usedIn: 'lib/adopt/rename.ts',
    needs: 'back end',
  },
} as const satisfies Readonly<Record<string, Fact>>;
