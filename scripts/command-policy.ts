import { commandPolicies } from '../lib/nitro/index.ts';

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

The functions log in as a user of their own, with four command policies. They come from the list of calls that the
engine makes (\`lib/nitro/permissions.ts\`), and a test runs the engine as this user. With another \`systemId\` than \`nsp\`
put that in its place.

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
