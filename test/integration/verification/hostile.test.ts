import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { behaviourIn, checkSeal, seal, unknownFacts } from '../../../lib/appliance-facts/index.ts';
import { reportText } from '../../../lib/cli/verify/text.ts';
import type { NitroRow, NitroSession } from '../../../lib/nitro/index.ts';
import type { RequestInfo } from '../../../lib/simulator/index.ts';
import { clean, findOwn, ProbeTools, probePolicies, verify } from '../../../lib/verification/index.ts';
import {
  appliance,
  EVERYTHING,
  everything,
  LENT,
  NOTHING,
  PATIENT,
  toolsFor,
  verified,
} from '../../support/verification.ts';

const SECRETS = ['203.0.113.77', 'edge-07.corp.example.com', 'SN-HE2M81AN9H', 'hunter2', '02:42:ac:11:00:02'];
const LEAK = SECRETS.join(' ');

/** An appliance that puts what nobody should learn into every text that it answers. */
function leaking(answer: (path: string) => { code: number; body?: NitroRow }): Pick<NitroSession, 'request'> {
  return {
    request: async ({ path }) => {
      const { code, body = {} } = answer(path);
      return { status: code === 0 ? 200 : 599, headers: {}, body: { errorcode: code, message: LEAK, ...body } };
    },
  };
}

const identity: Record<string, NitroRow> = {
  nsversion: { nsversion: [{ version: `NetScaler NS14.1: Build 51.80.nc ${LEAK}`, mode: LEAK }] },
  nshardware: { nshardware: [{ hwdescription: `NetScaler VPX ${LEAK}`, serialno: LEAK, host: LEAK }] },
  nsconfig: { nsconfig: { ipaddress: LEAK, systemtime: LEAK } },
};

describe('a report tells facts, and not which appliance it was', () => {
  it.each([
    ['every call is refused', 257],
    ['every call succeeds, and nothing is done', 0],
    ['an unknown error', 99_999],
  ])('%s, with secrets in every text: none is in the report', async (_case, code) => {
    const session = leaking((path) => {
      const type = path.replace('config/', '').split(/[/?]/)[0] as string;
      const body = identity[type];
      // Leftovers can be listed, and there are none.
      if (/^config\/\w+\?(filter=\w+:[^,]*nspassverify%5B-_|args=filelocation)/.test(path)) return { code: 0 };
      return body === undefined ? { code } : { code: 0, body };
    });
    const { wire } = toolsFor(await appliance());
    const tools = new ProbeTools(session, NOTHING, { wire, stopped: () => false });
    const { report } = await verify(tools, PATIENT);
    if (report === undefined) throw new Error('there is no report');
    expect(report.appliance).toEqual({ build: '14.1-51.80', model: 'VPX' });
    const texts = [JSON.stringify(seal(report)), ...reportText(report)].join('\n');
    for (const secret of SECRETS) expect(texts).not.toContain(secret);
    expect(checkSeal(JSON.stringify(seal(report))).report, 'it can be read again').toEqual(report);
  });

  it('the answers of a simulator hold an address and a serial number: neither is in the report', async () => {
    const simulator = await appliance();
    const { report } = await verified(simulator, { settings: EVERYTHING });
    const text = JSON.stringify(report);
    for (const secret of ['192.0.2', '127.0.0.1', 'SIMULATED', 'nsroot', '203.0.113.9', 'nsp-shop', '198.51.100'])
      expect(text).not.toContain(secret);
    await simulator.stop();
  });
});

describe('nothing of anybody else is touched', () => {
  it('an object with an own name and without the mark: it stays, and is named', async () => {
    const foreign = 'add lb vserver nspassverify-shop TCP 0.0.0.0 0 -comment "of somebody"\n';
    const simulator = await appliance({ config: foreign });
    const before = await everything(simulator);
    const { report, left } = await verified(simulator);
    expect(report).toBeUndefined();
    expect(left.map(({ object }) => object.name)).toEqual(['nspassverify-shop']);
    expect(await everything(simulator)).toBe(before);
    await simulator.stop();
  });

  it('the lent address is in use: no front end is made, and the report says why', async () => {
    const used = `add lb vserver of-somebody TCP ${LENT.address} ${LENT.port}\n`;
    const made: string[] = [];
    const onRequest = ({ operation, kind }: RequestInfo) => void (operation === 'add' && made.push(kind));
    const simulator = await appliance({ config: used, onRequest });
    const before = await everything(simulator);
    const { report } = await verified(simulator, { settings: { ...EVERYTHING, partition: false } });
    expect(report?.facts['reset-seen-as']).toEqual({ value: 'unknown', why: 'the lent address and port are in use' });
    expect(await everything(simulator)).toBe(before);
    expect(made).toContain('lbvserver');
    expect(made).not.toContain('systemfile');
    expect(made).not.toContain('csvserver');
    await simulator.stop();
  });

  it('an object that the probe does not declare cannot be made', () => {
    const nobody: Pick<NitroSession, 'request'> = { request: async () => ({ status: 200, headers: {}, body: {} }) };
    const tools = new ProbeTools(nobody, NOTHING, { wire: undefined as never, stopped: () => false });
    tools.declare([{ type: 'lbvserver', name: 'shop' }]);
    expect(() => tools.add('lbvserver', { name: 'nspassverify-other' })).toThrow(TypeError);
    expect(() => tools.add('lbvserver', { name: 'shop' })).toThrow(TypeError);
  });

  it('a member at one of our addresses exists already: it stays, and its facts are unknown', async () => {
    const simulator = await appliance({ config: 'add server mine 198.51.100.201\n' });
    const before = await everything(simulator);
    const { report } = await verified(simulator);
    expect(report?.facts['list-changes-weight'].value).toBe('unknown');
    expect(await everything(simulator)).toBe(before);
    await simulator.stop();
  });
});

describe('leftovers', () => {
  it('an earlier run left objects: they are listed without a change, and removed before the next run', async () => {
    const simulator = await appliance();
    const before = await everything(simulator);
    let stop = false;
    const tools = toolsFor(simulator, { stopped: () => stop });
    tools.declare([{ type: 'policystringmap', name: 'nspassverify_old' }]);
    await tools.add('policystringmap', { name: 'nspassverify_old', comment: 'nsp1;s=nspassverify' });
    stop = true;
    const dirty = await everything(simulator);
    expect((await findOwn(tools)).found).toEqual([{ type: 'policystringmap', name: 'nspassverify_old' }]);
    expect(await everything(simulator)).toBe(dirty);
    const { leftBefore, report } = await verified(simulator);
    expect(leftBefore).toBe(1);
    expect(report).toBeDefined();
    expect(await everything(simulator)).toBe(before);
    expect((await clean(tools)).removed).toEqual([]);
    await simulator.stop();
  });
});

describe('least privilege', () => {
  it('a user with the documented policies: the same report, and it may do nothing else', async () => {
    const quoted = (spec: string): string => spec.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const policies = probePolicies();
    const user = [
      'add system user prober nsroot',
      ...policies.map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW "${quoted(spec)}"`),
      ...policies.map(({ name }, index) => `bind system user prober ${name} ${10 * (index + 1)}`),
    ];
    const simulator = await appliance({ config: `${user.join('\n')}\nadd lb vserver shop TCP 0.0.0.0 0\n` });
    expect(simulator.problems).toEqual([]);
    const settings = { ...EVERYTHING, partition: false };
    const before = await everything(simulator);
    const { report, left } = await verified(simulator, { settings, username: 'prober' });
    expect(left).toEqual([]);
    expect(report && unknownFacts(report)).toEqual(['policies-in-partition']);
    const tools = toolsFor(simulator, { username: 'prober' });
    for (const [type, name] of [
      ['lbvserver', 'shop'],
      ['nsconfig', ''],
    ] as const)
      expect((await tools.remove(type, name)).code).not.toBe(0);
    const save = await tools.call({ method: 'POST', path: 'nsconfig?action=save', body: { nsconfig: {} } });
    expect(save.code).toBe(2138);
    expect(await everything(simulator)).toBe(before);
    await simulator.stop();
  });
});

describe('the report of the simulator in the repository', () => {
  it('is what a run against the simulator finds', async () => {
    const simulator = await appliance();
    const { report } = await verified(simulator, { settings: EVERYTHING });
    const kept = checkSeal(readFileSync('docs/facts/simulator.json', 'utf8'));
    expect(kept.unchanged).toBe(true);
    expect(kept.report).toEqual(report);
    expect(behaviourIn(kept.report)).toEqual(report && behaviourIn(report));
    await simulator.stop();
  });
});
