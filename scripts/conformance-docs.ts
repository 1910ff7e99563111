import { CASES } from '../lib/conformance/index.ts';
import { table } from './schema-docs.ts';

const INTRODUCTION = `# Conformance

\`nspass conformance\` runs every rule that a TLS client or a user of the Kubernetes API can see, over the network: it applies
Ingresses, connects, and compares what it sees. The TLS of Node, \`openssl s_client\` and \`curl\` connect, with TLS 1.2 and 1.3, h2,
mutual TLS, resumption, post-quantum key shares, and hellos that come byte by byte.

\`\`\`sh
nspass conformance
nspass conformance --run TLS-3
nspass conformance --output junit
\`\`\`

Without options, the target is the whole system on this machine, with a simulated appliance. Against your own cluster and
appliance:

\`\`\`sh
nspass conformance --target cluster --vip 192.0.2.10 --vip 192.0.2.11 --backend-address 10.0.0.7
\`\`\`

- The back ends are TLS servers in the process of the command. \`--backend-address\` is the address by which the appliance reaches
  this machine; it must lie in \`memberNetworks\`, where you restrict them.
- \`--vip\` is an address that the appliance may use (\`frontendIPs\`). Ports 80, 443 and 8443 are used. With two addresses, cases
  with two run, too.
- Each case has a namespace \`nspass-conformance-…\` of its own, which is removed at its end. Nothing else is touched.
- What your target does not have is named with \`--without\`, such as \`--without default-vip\`; cases that need it are skipped by
  name. Hosts that only files can bring to a controller are skipped for clusters, because the API server refuses them.
- Another controller may be the target: \`--class\` names its class. Cases on annotations and reasons follow this project;
  \`--without annotations reasons\` leaves them out.

That a host leads nowhere is judged only after a later change was seen to work, so that a case cannot pass before its change has
arrived.

## Cases
`;

/** `docs/conformance.md`. */
export function renderConformance(): string {
  const rows = CASES.map(({ id, rules, title, needs }) => [`\`${id}\``, rules.join(', '), title, needs.join(', ')]);
  return [
    INTRODUCTION,
    `${CASES.length} cases. The rules are those of [findings](findings.md) and [architecture](architecture.md). This list is generated from \`lib/conformance/cases\` (\`npm run generate\`).\n`,
    `${table(['case', 'rules', 'what it shows', 'needs'], rows)}\n`,
  ].join('\n');
}
