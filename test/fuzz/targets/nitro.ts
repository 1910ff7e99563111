import { EVERYTHING } from '../../../lib/contract/index.ts';
import { namesOf } from '../../../lib/netscaler/index.ts';
import { parseAnswer } from '../../../lib/nitro/answer.ts';
import { parseBuild } from '../../../lib/nitro/build.ts';
import { sessionCookie } from '../../../lib/nitro/cookie.ts';
import { NitroUnreachable } from '../../../lib/nitro/errors.ts';
import { isTransient, NitroClient, NitroError, NitroSession, type Transport } from '../../../lib/nitro/index.ts';
import {
  readAllFrontends,
  readBackends,
  readFrontends,
  readMap,
  readMembers,
  readOwners,
  readSystem,
} from '../../../lib/nitro/inventory/index.ts';
import { about, type FuzzTarget, hold, kindOfMessage } from '../target.ts';

const SEPARATOR = '\n---\n';
const OWNER = 'a'.repeat(26);

interface Scripted {
  readonly transport: Transport;
  /** Answers that were used. */
  used(): number;
}

/** Answers requests with the parts of a text: a line with the status, and the body. Nothing answers after the last one. */
function scripted(text: string): Scripted {
  const answers = text.split(SEPARATOR);
  let next = 0;
  return {
    used: () => next,
    transport: async ({ method, path }) => {
      const what = `${method} ${path.split('?')[0]}`;
      if (path === 'config/login') return { status: 201, headers: {}, body: { sessionid: 'x' } };
      const answer = answers[next];
      next += 1;
      if (answer === undefined) throw new NitroUnreachable(what, 'no answer', true);
      const [status = '', warning = ''] = answer.split('\n', 1)[0]?.split(' ') ?? [];
      const body = answer.slice(answer.indexOf('\n') + 1);
      const code = /^\d{3}$/.test(status) ? Number(status) : 200;
      return { status: code, headers: { 'x-nitro-warning': warning }, body: parseAnswer(body, code, what) };
    },
  };
}

function sessionOf({ transport }: Scripted, pair: boolean): NitroSession {
  return new NitroSession({
    name: 'edge',
    transports: pair ? [transport, async (call) => transport(call)] : [transport],
    credentials: async () => ({ username: 'nsroot', password: 'hunter2' }),
    idleSeconds: 300,
    backoff: { attempts: 2, baseMs: 0, maxMs: 0, random: () => 0, sleep: async () => {}, remainingMs: () => 1_000 },
  });
}

const STATE = { servicetype: 'TCP' } as const;
const member = { ip: '10.0.0.1', port: 443 };
const item = (name: string) => ({ type: 'lbvserver', body: { name, ...STATE } });

type Operation = (client: NitroClient) => Promise<unknown>;
const CONTEXT = { system: 'nsp', names: namesOf('nsp') };
const FRONTEND = { vip: '192.0.2.10', port: 443, kind: 'tls' } as const;

const CALLS: readonly Operation[] = [
  (client) => client.rows('csvserver'),
  (client) => client.rows('lbvserver', { filter: { name: '/^nsp-/' }, large: true }),
  (client) => client.count('lbvserver', {}),
  (client) =>
    client.batch([
      { type: 'csvserver', filter: { name: 'a' } },
      { type: 'lbvserver', filter: { name: 'b' } },
    ]),
  (client) => client.rowsOf('policystringmap_pattern_binding', ['a', 'b'], { key: 'x' }),
  (client) => client.statistics('lbvserver'),
  (client) => client.add([item('a'), item('b'), { type: 'sslaction', body: { name: 'c' } }]),
  (client) => client.set('lbvserver', [{ name: 'a' }, { name: 'b' }]),
  (client) => client.remove([{ type: 'lbvserver', name: ['name', 'a'], args: {} }]),
  (client) =>
    client.members([
      { group: 'a', members: [member] },
      { group: 'b', members: [] },
    ]),
  (client) => client.add([{ type: 'servicegroup', body: { servicegroupname: 'g', autoscale: 'API' } }]),
  (client) => client.upload([{ name: 'a.crt', location: '/nsconfig/ssl', content: 'x' }]),
  (client) => client.save(),
];

const INVENTORY: readonly Operation[] = [
  (client) => readBackends(client, CONTEXT, [OWNER]),
  (client) => readFrontends(client, CONTEXT, [{ frontend: FRONTEND, rows: [] }], true),
  (client) => readAllFrontends(client, CONTEXT),
  (client) => readMap(client, 'nsp_l_x'),
  (client) => readMembers(client, ['g']),
  (client) => readOwners(client, CONTEXT, 'prod', [EVERYTHING]),
  (client) => readSystem(client, CONTEXT),
];

/** Makes a target whose first byte chooses a call, and whose other bytes are the answers to its requests. */
const callsOn = (name: string, parser: string, operations: readonly Operation[]): FuzzTarget => ({
  name,
  parser,
  tokens: [
    ...[
      SEPARATOR,
      '200\n',
      '207\n',
      '599\n',
      '401\n',
      '503\n',
      '209 1028',
      '"errorcode":0',
      '"errorcode":258',
      '"message":"x"',
    ],
    ...[
      '"severity":"ERROR"',
      '"severity":"WARNING"',
      '{"response":[',
      '{"csvserver":[{',
      '{"lbvserver":[{',
      '"name":"nsp-a"',
    ],
    ...[
      '"__count":2',
      '{"batchapi":[',
      '"hanode":[{"id":"0","state":"Primary"}]',
      '{"toString":1,"valueOf":1}',
      'null',
      '[]',
    ],
    ...[
      '"comment":"nsp1;s=nsp"',
      '"__proto__":{"x":1}',
      '<html>',
      '"failedmembers":[{"ip":"10.0.0.1","port":"443"}]',
      '"port":443',
    ],
    ...[`"comment":"nsp1;s=nsp;c=c;o=${OWNER};n=a/b"`, '"policystringmap_pattern_binding":[{"key":"U","value":"x"}]'],
    ...[
      '"servicegroup_servicegroupmember_binding":[{',
      '"sslpolicy":[{',
      '"sslvserver_sslpolicy_binding":[{',
      '"lbmonitor":[{',
    ],
  ],
  async run(input) {
    const operation = operations[(input[0] ?? 0) % operations.length] as Operation;
    const answers = scripted(input.toString('utf8', 1));
    try {
      await operation(new NitroClient(sessionOf(answers, (input[0] ?? 0) >= 128), { pageRows: 2 }));
      return `done ${answers.used()}`;
    } catch (error) {
      if (!(error instanceof NitroError || error instanceof NitroUnreachable)) throw error;
      hold(!error.message.includes('hunter2'), 'the password is in the error');
      hold(answers.used() < 1_000, 'it asks again and again');
      return `${answers.used()} ${isTransient(error)} ${kindOfMessage(error.message)}`;
    }
  },
});

const login: FuzzTarget = {
  name: 'nitro-login',
  parser: 'lib/nitro/cookie.ts#sessionCookie, lib/nitro/build.ts#parseBuild',
  tokens: [
    'NITRO_AUTH_TOKEN=',
    'SESSID=',
    'deleted',
    '"sessionid":"##x"',
    '"login":[{',
    ';',
    '%23',
    'NS14.1: Build 51.80.nc',
  ],
  run(input) {
    const [set = '', ...rest] = input.toString('utf8').split('\n');
    const build = parseBuild(set);
    hold(build === undefined || build.every(Number.isFinite), 'a build that is not a number');
    let body: ReturnType<typeof parseAnswer>;
    try {
      body = parseAnswer(rest.join('\n'), 201, 'log in');
    } catch (error) {
      if (!(error instanceof NitroUnreachable)) throw error;
      return 'not NITRO';
    }
    const cookie = sessionCookie({ status: 201, headers: { 'set-cookie': set }, body });
    hold(cookie === undefined || /^[A-Z_]+=[^\s;,]+$/.test(cookie), `not one cookie: ${cookie}`);
    return `${cookie?.split('=', 1)[0]} ${about(cookie?.length ?? 0)} ${build === undefined}`;
  },
};

export const NITRO: readonly FuzzTarget[] = [
  callsOn('nitro-answer', 'lib/nitro/answer.ts, exchange.ts, session.ts, reads.ts, bulk.ts, members.ts', CALLS),
  callsOn('nitro-inventory', 'lib/nitro/inventory', INVENTORY),
  login,
];
