import { ALWAYS } from '../../netscaler/expressions.ts';
import { LIMITS } from '../../netscaler/index.ts';
import { objectsIn } from '../../nitro/answer.ts';
import { MARK, own } from '../names.ts';
import { byCode, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';
import { codeFinding } from './calls.ts';

const BANK = own('bank');
const TARGET = own('target');
const ACTION = own('target');
const BOUND = own('bound');
const OTHER = own('other');
const BINDING = 'sslvserver_sslpolicy_binding';
/** Priority that two policies ask for. */
const TAKEN = 100;

const NEVER = 'CLIENT.SSL.CLIENT_HELLO.SNI.EQ("nspassverify.invalid")';
const policy = (name: string) => ({ name, rule: ALWAYS, action: 'RESET', undefaction: 'RESET', comment: MARK });
const bound = (policyname: string, priority: number) => ({
  vservername: BANK,
  policyname,
  priority,
  type: 'CLIENTHELLO_REQ',
});

/** SSL policies bound at the ClientHello, on a server without an address: no client can reach it. */
export const policies: Probe = {
  name: 'policies',
  facts: ({ partition }) => [
    'ssl-priority',
    'ssl-policy-set-while-bound',
    'code-bound',
    'code-priority-taken',
    'filter-number-pattern',
    'code-referenced',
    'state-shown',
    ...(partition ? (['policies-in-partition'] as const) : []),
  ],
  objects: () => [
    { type: 'lbvserver', name: BANK, detail: 'without an address; 2 policies' },
    { type: 'lbvserver', name: TARGET, detail: 'without an address' },
    { type: 'sslaction', name: ACTION },
    { type: 'sslpolicy', name: BOUND },
    { type: 'sslpolicy', name: OTHER },
  ],
  requests: () => 14,
  run: async (tools) => ({ ...(await bank(tools)), ...(await target(tools)) }),
};

async function bank(tools: ProbeTools): Promise<FactFindings> {
  const made = [
    await tools.add('lbvserver', { name: BANK, servicetype: 'SSL', comment: MARK }),
    await tools.add('sslpolicy', policy(BOUND)),
    await tools.add('sslpolicy', policy(OTHER)),
  ];
  const { code: refused = 0 } = made.find(({ code }) => code !== 0) ?? {};
  const first = refused === 0 ? await tools.bind(BINDING, bound(BOUND, TAKEN)) : undefined;
  const inPartition: FactFindings =
    tools.settings.partition && first !== undefined ? { 'policies-in-partition': byCode(first.code) } : {};
  if (first?.code !== 0) {
    const unknown = `an SSL policy or its binding was ${refusedWith(first?.code ?? refused)}`;
    const ids = [
      'ssl-priority',
      'ssl-policy-set-while-bound',
      'code-bound',
      'code-priority-taken',
      'filter-number-pattern',
    ] as const;
    return { ...Object.fromEntries(ids.map((id) => [id, { unknown }])), ...inPartition };
  }
  const taken = await tools.bind(BINDING, bound(OTHER, TAKEN));
  const highest = await tools.bind(BINDING, bound(OTHER, LIMITS.sslPriority));
  const pattern = encodeURIComponent(`/^(${TAKEN}|${TAKEN + 1})$/`);
  const filtered = await tools.call({ method: 'GET', path: `${BINDING}/${BANK}?filter=priority:${pattern}` });
  const found = objectsIn(filtered.body[BINDING], 'read').map((row) => row.policyname);
  const set = await tools.set('sslpolicy', { name: BOUND, rule: NEVER });
  const rows = (await tools.rows('sslpolicy', `sslpolicy?filter=name:${BOUND}`)) ?? [];
  const removed = await tools.remove('sslpolicy', BOUND);
  return {
    'ssl-priority': byCode(highest.code),
    'ssl-policy-set-while-bound': byCode(set.code, set.code === 0 && rows.some((row) => row.rule === NEVER)),
    'code-bound': codeFinding(removed.code),
    'code-priority-taken': codeFinding(taken.code),
    'filter-number-pattern': byCode(filtered.code, found.length === 1 && found[0] === BOUND),
    ...inPartition,
  };
}

async function target(tools: ProbeTools): Promise<FactFindings> {
  const server = await tools.add('lbvserver', {
    name: TARGET,
    servicetype: 'TCP',
    state: 'DISABLED',
    comment: MARK,
  });
  const action = await tools.add('sslaction', { name: ACTION, forward: TARGET });
  const [row] = (await tools.rows('lbvserver', `lbvserver/${TARGET}`)) ?? [];
  const removed = await tools.remove('lbvserver', TARGET);
  const unknown = `a server or its action was ${refusedWith(server.code || action.code)}`;
  return {
    'state-shown': row === undefined ? { unknown } : { value: row.state !== undefined },
    'code-referenced': server.code === 0 && action.code === 0 ? codeFinding(removed.code) : { unknown },
  };
}
