import { SWITCHED, TYPES } from '../lib/netscaler/index.ts';
import type { ResourceType } from '../lib/netscaler/resource.ts';
import { render } from '../lib/plan/index.ts';

/** A command policy of the appliance, to be bound to our user in the order of the list. */
export interface CommandPolicy {
  readonly name: string;
  readonly meaning: string;
  /** Regular expression over the command line that a NITRO call stands for. */
  readonly spec: string;
}

/** Read, and nothing of it ours to change. */
const READS = ['HA node', 'ns ?config', 'ns ?feature', 'ns ?version'];

/** Sets all members at once. It has no command line of its own, so it is also allowed by NITRO's name for it. */
const MEMBER_LIST = 'servicegroup_servicegroupmemberlist_binding' satisfies ResourceType;

/** `lb vserver` of a type, as the appliance's command language says it. */
function noun(type: ResourceType): string {
  const [, ...words] = render({ op: 'set', resource: { role: 'system', type, id: {}, attributes: {}, owners: [] } })
    .split(' ')
    .filter((word) => !word.startsWith('-') && word !== 'undefined');
  return words.join(' ');
}

const types = Object.keys(TYPES) as ResourceType[];
const nouns = (wanted: readonly ResourceType[]): string => [...new Set(wanted.map(noun))].sort().join('|');
const bindings = types.filter((type) => type.endsWith('_binding'));
const objects = types.filter((type) => !type.endsWith('_binding'));

/**
 * Returns the command policies of our user, derived from the types that the engine writes. The user may write only objects
 * whose name begins with the system's id, and read only what the engine compares.
 *
 * @param systemId of `appliances.yml`.
 */
export function commandPolicies(systemId: string): CommandPolicy[] {
  const ours = `"?${systemId}[-_]`;
  return [
    {
      name: `${systemId}-read`,
      meaning: 'reads what it compares, and which member of a pair is primary',
      spec: `^show (${nouns(types)}|${READS.join('|')})( |$)`,
    },
    {
      name: `${systemId}-objects`,
      meaning: 'makes, changes, enables and removes objects whose name is ours',
      // Members of a group without a desired set are disabled one by one when they go.
      spec: `^((add|set|unset|rm) (${nouns(objects)})|enable (${nouns(SWITCHED)})|disable ${noun('servicegroup')}) ${ours}`,
    },
    {
      name: `${systemId}-bindings`,
      meaning: 'binds and unbinds what is bound to them',
      spec: `^((bind|unbind) (${nouns(bindings)})|set ${MEMBER_LIST})( ${ours}.*)?$`,
    },
    {
      name: `${systemId}-system`,
      meaning: 'saves the configuration, and uploads the placeholder certificate',
      spec: `^(save ns ?config|(add|rm) system ?file ${ours})`,
    },
  ];
}

/** The page of the documentation. */
export function renderNetscalerUser(): string {
  const policies = commandPolicies('nsp');
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = [
    'add system user nspass <password> -externalAuth DISABLED -timeout 900',
    ...policies.map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW ${quoted(spec)}`),
    ...policies.map(({ name }, index) => `bind system user nspass ${name} ${(index + 1) * 10}`),
    'save ns config',
  ];
  const rows = policies.map(({ name, meaning }) => `| \`${name}\` | ${meaning} |`);
  return `# Our user on the appliance

The functions log in as a user of their own, with four command policies. They come from the types that the engine makes
(\`npm run generate\`), and a test runs the engine as this user. With another \`systemId\` than \`nsp\` put that in its place.

\`\`\`
${lines.join('\n')}
\`\`\`

| policy | the user |
| --- | --- |
${rows.join('\n')}

It may not write anything whose name is another's, see users or keys, open a shell, reboot, or enable a feature. The
features \`LB\`, \`SSL\`, \`CS\` and \`RESPONDER\` must be on: it is reported when one is not, and never switched on.

On a pair, make the user on the primary: it is synchronised. In an admin partition, make it there
(\`bind system user nspass -partitionName <name>\`), and allow it \`switch ns partition\`.

The secret of the appliance in Secrets Manager has the form \`{"username":"nspass","password":"…"}\`. Rotation:
[credentials-rotated](../runbooks/credentials-rotated.md).

How an appliance puts a NITRO call into a command line, to compare it with a policy, is not documented for every call. If a
call is refused (error 2138 in the log, *Why batches are returned*), \`show ns.log\` on the appliance shows the line that it saw:
widen the policy by that, and tell us.
`;
}
