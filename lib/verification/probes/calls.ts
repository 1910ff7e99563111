import { tlsRules } from '../../netscaler/expressions.ts';
import { codeIn, objectsIn } from '../../nitro/answer.ts';
import { MARK, own, ownMap } from '../names.ts';
import { byCode, type FactFinding, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';

const FIRST = ownMap('first');
const SECOND = ownMap('second');
const TOGETHER = ownMap('together');
const POLICY = own('together');

const map = (name: string) => ({ name, comment: MARK });

/** Calls that write several rows, and the error codes of rows that are there or gone. */
export const calls: Probe = {
  name: 'calls with several rows',
  facts: () => ['bulk-continues', 'code-exists', 'code-gone', 'macro-adds', 'macro-removes', 'clock-in-seconds'],
  objects: () => [
    { type: 'policystringmap', name: FIRST },
    { type: 'policystringmap', name: SECOND },
    { type: 'policystringmap', name: TOGETHER, removed: true },
    { type: 'sslpolicy', name: POLICY, removed: true },
  ],
  requests: () => 8,
  run: async (tools) => ({
    ...(await existing(tools)),
    ...(await gone(tools)),
    ...(await macro(tools)),
    ...(await clock(tools)),
  }),
};

async function existing(tools: ProbeTools): Promise<FactFindings> {
  const first = await tools.add('policystringmap', map(FIRST));
  if (first.code !== 0) {
    const unknown = `a string map was ${refusedWith(first.code)}`;
    return { 'bulk-continues': { unknown }, 'code-exists': { unknown } };
  }
  const { code, status, body } = await tools.addTogether('policystringmap', {
    policystringmap: [map(FIRST), map(SECOND)],
  });
  const results = objectsIn(body.response, 'add');
  const codes = results.map((result) => codeIn(result.errorcode));
  const exists = codes[0] ?? code;
  return {
    'bulk-continues':
      status === 207 ? { value: codes.length === 2 && codes[1] === 0 } : { value: false, why: refusedWith(code) },
    'code-exists': codeFinding(exists),
  };
}

async function gone(tools: ProbeTools): Promise<FactFindings> {
  const { code } = await tools.remove('lbvserver', own('missing'));
  return { 'code-gone': codeFinding(code) };
}

/** Returns a code as a finding. */
export function codeFinding(code: number): FactFinding {
  return code > 0 ? { value: code } : { unknown: 'the appliance did not refuse it' };
}

async function macro(tools: ProbeTools): Promise<FactFindings> {
  const policy = { name: POLICY, rule: tlsRules.exactKey(TOGETHER), action: 'RESET', undefaction: 'RESET' };
  const rows = { policystringmap: [map(TOGETHER)], sslpolicy: [{ ...policy, comment: MARK }] };
  const added = await tools.addTogether('macroapi', rows);
  const works = added.code === 0 && (await isThere(tools));
  const adds = byCode(added.code, works);
  if (!works) {
    await tools.add('policystringmap', map(TOGETHER));
    await tools.add('sslpolicy', { ...policy, comment: MARK });
  }
  const names = { sslpolicy: [{ name: POLICY }], policystringmap: [{ name: TOGETHER }] };
  const removed = await tools.call({ method: 'POST', path: 'macroapi?action=remove', body: names });
  const removes = byCode(removed.code, removed.code === 0 && !(await isThere(tools)));
  return { 'macro-adds': adds, 'macro-removes': removes };
}

async function isThere(tools: ProbeTools): Promise<boolean> {
  const rows = (await tools.rows('sslpolicy', `sslpolicy?filter=name:${POLICY}`)) ?? [];
  return rows.some((row) => row.name === POLICY);
}

async function clock(tools: ProbeTools): Promise<FactFindings> {
  const rows = await tools.rows('nsconfig');
  if (rows === undefined) return { 'clock-in-seconds': { unknown: 'the user may not read nsconfig' } };
  return { 'clock-in-seconds': { value: /^\d{9,11}$/.test(String(rows[0]?.systemtime ?? '')) } };
}
