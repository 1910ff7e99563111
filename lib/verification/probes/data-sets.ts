import { MARK, ownMap } from '../names.ts';
import { byCode, type Probe, refusedWith } from '../probe.ts';
import type { ProbeTools } from '../tools.ts';

/** A data set of each family, with a network for documentation of it (RFC 5737, RFC 3849). */
const SETS = [
  { name: ownMap('networks4'), type: 'ipv4', value: '198.51.100.0/24' },
  { name: ownMap('networks6'), type: 'ipv6', value: '2001:db8::/32' },
] as const;

/** Data sets of addresses: whether they take networks, as lists of source networks have them. */
export const dataSets: Probe = {
  name: 'data sets',
  facts: () => ['data-set-networks'],
  objects: () => SETS.map(({ name, type }) => ({ type: 'policydataset', name, detail: `${type}, 1 network` })),
  requests: () => 2 * SETS.length,
  async run(tools) {
    for (const set of SETS) {
      const refused = await refusalOf(tools, set);
      if (refused !== undefined) return { 'data-set-networks': refused };
    }
    return { 'data-set-networks': { value: true } };
  },
};

async function refusalOf(tools: ProbeTools, { name, type, value }: (typeof SETS)[number]) {
  const { code } = await tools.add('policydataset', { name, type, comment: MARK });
  if (code !== 0) return { unknown: `a data set of type ${type} was ${refusedWith(code)}` };
  const bound = await tools.bind('policydataset_value_binding', { name, value });
  return bound.code === 0 ? undefined : byCode(bound.code);
}
