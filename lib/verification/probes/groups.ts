import { MARK, own } from '../names.ts';
import { byCode, type FactFinding, type FactFindings, type Probe, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';

const GRACEFUL = own('graceful');
const FIRST = own('first');
const SECOND = own('second');
/** Addresses of documents (RFC 5737): nothing answers there. */
const MEMBERS = [
  { server: own('member-1'), ip: '198.51.100.201' },
  { server: own('member-2'), ip: '198.51.100.202' },
] as const;
const PORT = 9;
const LIST = 'servicegroup_servicegroupmemberlist_binding';
const MEMBER = 'servicegroup_servicegroupmember_binding';
const WEIGHT = 7;

const group = (name: string) => ({ servicegroupname: name, servicetype: 'TCP', autoscale: 'API', comment: MARK });
const list = (name: string, index: 0 | 1, more = {}) => ({
  servicegroupname: name,
  members: [{ ip: MEMBERS[index].ip, port: PORT, ...more }],
});

/** Service groups and lists of members. */
export const groups: Probe = {
  name: 'service groups',
  facts: () => ['graceful-at-add', 'member-lists-together', 'list-changes-weight'],
  objects: () => [
    ...MEMBERS.map(({ server, ip }) => ({ type: 'server', name: server, detail: ip })),
    { type: 'servicegroup', name: GRACEFUL },
    { type: 'servicegroup', name: FIRST, detail: '1 member' },
    { type: 'servicegroup', name: SECOND, detail: '1 member' },
  ],
  requests: () => 11,
  async run(tools) {
    const graceful = await tools.add('servicegroup', {
      ...group(GRACEFUL),
      autodisablegraceful: 'YES',
      autodisabledelay: 10,
    });
    return { 'graceful-at-add': byCode(graceful.code), ...(await lists(tools)) };
  },
};

async function lists(tools: ProbeTools): Promise<FactFindings> {
  const made = [
    // With servers of this name, a list makes none that are named by their address and stay.
    ...(await Promise.all(
      MEMBERS.map(({ server, ip }) => tools.add('server', { name: server, ipaddress: ip, comment: MARK })),
    )),
    await tools.add('servicegroup', group(FIRST)),
    await tools.add('servicegroup', group(SECOND)),
  ];
  const refused = made.find(({ code }) => code !== 0);
  if (refused !== undefined) {
    const unknown = `a server or a service group was ${refusedWith(refused.code)}`;
    return { 'member-lists-together': { unknown }, 'list-changes-weight': { unknown } };
  }
  const both = await tools.bind(LIST, [list(FIRST, 0), list(SECOND, 1)], 'PUT');
  const counts = [await membersOf(tools, FIRST), await membersOf(tools, SECOND)].map((members) => members.length);
  // A list of its own: the first call may have been refused.
  const alone = await tools.bind(LIST, list(FIRST, 0), 'PUT');
  const weight = await tools.bind(LIST, list(FIRST, 0, { weight: WEIGHT }), 'PUT');
  const [member] = await membersOf(tools, FIRST);
  return {
    'member-lists-together': together(both.code, counts),
    'list-changes-weight': weightFinding(alone.code || weight.code, Number(member?.weight)),
  };
}

function together(code: number, [first = 0, second = 0]: readonly number[]): FactFinding {
  if (first === 1 && second === 1) return { value: 'both' };
  if (first === 1) return { value: 'first only' };
  return { value: 'refused', why: refusedWith(code) };
}

function weightFinding(code: number, weight: number): FactFinding {
  return code === 0 ? { value: weight === WEIGHT } : { unknown: `a member list was ${refusedWith(code)}` };
}

const membersOf = async (tools: ProbeTools, name: string) => (await tools.rows(MEMBER, `${MEMBER}/${name}`)) ?? [];
