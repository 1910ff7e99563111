import { LIMITS } from '../../netscaler/index.ts';
import { filled, MARK, own, ownMap } from '../names.ts';
import { byCode, type Probe, refusedWith } from '../probe.ts';
import type { ProbeAnswer, ProbeTools } from '../tools.ts';

const LONG_NAME = filled(own('name-'), LIMITS.name);
const LONG_MAP = filled(ownMap('name_'), LIMITS.name);
const LONG_COMMENT = filled(`${MARK};x=`, LIMITS.comment);
const COMMENTED = own('comment');
const KEYS = ownMap('keys');
const LONG_ENTRY = filled('key', LIMITS.mapEntry);
const RULE_POLICY = own('rule');
const PLUS_POLICY = own('plus');
const SET_POLICY = own('set');
const SET = ownMap('set');

const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI.TO_LOWER';

/** Returns a valid rule of exactly this many characters. */
export function ruleOfLength(length: number): string {
  const term = (host: string): string => `${SNI}.EQ("${host}")`;
  const joint = ' || ';
  const most = term('x'.repeat(200));
  let rule = most;
  // The last term takes what is left, which is enough for its own words.
  while (rule.length + joint.length + most.length + joint.length + term('x').length <= length) rule += joint + most;
  return rule + joint + term('x'.repeat(length - rule.length - joint.length - term('').length));
}

const policy = (name: string, rule: string) => ({ name, rule, action: 'RESET', undefaction: 'RESET', comment: MARK });

/** Sizes of names, comments, entries and rules, and forms of rules. */
export const namesAndRules: Probe = {
  name: 'names and rules',
  facts: () => [
    'name-characters',
    'map-name-characters',
    'comment-bytes',
    'map-entry-bytes',
    'rule-characters',
    'sni-concatenation',
    'sni-equals-any',
  ],
  objects: () => [
    { type: 'lbvserver', name: LONG_NAME },
    { type: 'lbvserver', name: COMMENTED },
    { type: 'policystringmap', name: LONG_MAP },
    { type: 'policystringmap', name: KEYS, detail: '1 key' },
    { type: 'policypatset', name: SET },
    { type: 'sslpolicy', name: RULE_POLICY },
    { type: 'sslpolicy', name: PLUS_POLICY },
    { type: 'sslpolicy', name: SET_POLICY },
  ],
  requests: () => 13,
  async run(tools) {
    const name = await tools.add('lbvserver', { name: LONG_NAME, servicetype: 'TCP', comment: MARK });
    const comment = await tools.add('lbvserver', { name: COMMENTED, servicetype: 'TCP', comment: LONG_COMMENT });
    const servers = (await tools.rows('lbvserver', `lbvserver?filter=name:${FILTER}`)) ?? [];
    const map = await tools.add('policystringmap', { name: LONG_MAP, comment: MARK });
    const maps = (await tools.rows('policystringmap', `policystringmap?filter=name:${FILTER}`)) ?? [];
    const entry = await longEntry(tools);
    const rule = await tools.add('sslpolicy', policy(RULE_POLICY, ruleOfLength(LIMITS.rule)));
    const plus = await tools.add(
      'sslpolicy',
      policy(PLUS_POLICY, `("*." + ${SNI}.AFTER_STR(".")).IS_STRINGMAP_KEY("${KEYS}").NOT`),
    );
    await tools.add('policypatset', { name: SET, comment: MARK });
    const equals = await tools.add('sslpolicy', policy(SET_POLICY, `${SNI}.EQUALS_ANY("${SET}")`));
    const rules = (await tools.rows('sslpolicy', `sslpolicy?filter=name:${FILTER}`)) ?? [];
    const named = (rows: typeof servers, wanted: string) => rows.some((row) => row.name === wanted);
    return {
      'name-characters': kept(name, named(servers, LONG_NAME)),
      'comment-bytes': kept(
        comment,
        servers.some((row) => row.comment === LONG_COMMENT),
      ),
      'map-name-characters': kept(map, named(maps, LONG_MAP)),
      'map-entry-bytes': entry,
      'rule-characters': kept(
        rule,
        rules.some((row) => row.name === RULE_POLICY && String(row.rule).length >= LIMITS.rule),
      ),
      'sni-concatenation': kept(plus, named(rules, PLUS_POLICY)),
      'sni-equals-any': kept(equals, named(rules, SET_POLICY)),
    };
  },
};

const FILTER = encodeURIComponent('/^nspassverify/');

const kept = ({ code }: ProbeAnswer, there: boolean) => byCode(code, code === 0 && there);

async function longEntry(tools: ProbeTools) {
  const made = await tools.add('policystringmap', { name: KEYS, comment: MARK });
  if (made.code !== 0) return { unknown: `its map was ${refusedWith(made.code)}` };
  const type = 'policystringmap_pattern_binding';
  const { code } = await tools.bind(type, { name: KEYS, key: LONG_ENTRY, value: LONG_ENTRY, comment: MARK });
  const rows = (await tools.rows(type, `${type}/${KEYS}`)) ?? [];
  return byCode(code, code === 0 && rows.some((row) => row.key === LONG_ENTRY && row.value === LONG_ENTRY));
}
