import { CASES, FEATURES, type Feature, PROFILE_NAMES, type Profile, profileOf } from '../lib/conformance/index.ts';
import type { FindingCode } from '../lib/ingress/index.ts';
import { coverage, toldBy, untoldReason } from './conformance-coverage.ts';
import { GATEWAY_API, GATEWAY_API_VERSION, INGRESS_CONFORMANCE, type OfficialTest } from './conformance-official.ts';
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
- Cases on limits need an option that names what your configuration refuses: \`--forbidden-vip\`, \`--forbidden-member\`,
  \`--forbidden-host\`, \`--foreign-frontend\`.
- What your target does not have is named with \`--without\`, such as \`--without default-vip\`; cases that need it are skipped by
  name. What only files can bring to a controller is skipped for clusters, because the API server refuses it.
- Clients compare the certificate that they are shown with those of the back ends: whoever terminates TLS fails, also where it
  encrypts again.

The results of this project are in [quality](quality.md).

## Another controller

\`--profile\` names the controller that serves the cluster: how it spells passthrough, and which parts it has no words for. Cases
that need such a part are not applicable, and listed with the reason. The others are *portable*: they use only what every
controller has.

\`\`\`sh
nspass conformance --target cluster --profile ingress-nginx --vip 192.0.2.20 --backend-address 10.0.0.7
\`\`\`

That a host leads nowhere is judged only after a later change was seen to work, so that a case cannot pass before its change has
arrived.
`;

/** Names cases in a cell: all of a few, and where many begin alike, their number. */
function named(cases: readonly string[]): string {
  const list = cases.map((id) => `\`${id}\``);
  return list.length <= MOST ? list.join(', ') : `${list.slice(0, MOST).join(', ')} and ${list.length - MOST} more`;
}

const MOST = 6;

const official = (tests: readonly OfficialTest[]): string =>
  table(
    ['test', 'cases', 'remark'],
    tests.map(({ test, cases = [], because = '' }) => [
      test,
      cases.length === 0 ? 'no counterpart' : cases.map((id) => `\`${id}\``).join(', '),
      because,
    ]),
  );

/** Returns how many cases a profile can be judged by. */
const applicable = ({ lacks }: Profile): number =>
  CASES.filter(({ needs }) => needs.every((feature) => lacks[feature] === undefined)).length;

/** `docs/conformance.md`. */
export function renderConformance(): string {
  const profiles = PROFILE_NAMES.map(profileOf);
  const told = toldBy();
  return [
    INTRODUCTION.trimEnd(),
    table(
      ['profile', 'controller', 'annotation', 'class', 'cases'],
      profiles.map((each) => [
        `\`${each.name}\``,
        each.title,
        `\`${each.passthrough}\``,
        `\`${each.className}\``,
        String(applicable(each)),
      ]),
    ),
    'Whoever writes the profile of another controller adds it to `lib/conformance/profile.ts`.',
    '## Features of targets',
    'A case names the features that it needs.',
    table(
      ['feature', 'what it is', 'cases'],
      Object.entries(FEATURES).map(([feature, what]) => [
        `\`${feature}\``,
        what,
        String(CASES.filter(({ needs }) => needs.includes(feature as Feature)).length),
      ]),
    ),
    '## Rules',
    'Every rule with an id in these pages, and the cases that show it. A test fails when a rule has neither a case nor a reason.',
    table(
      ['rule', 'says', 'cases'],
      coverage().map(({ rule, says, cases, unseen }) => [
        rule,
        says,
        cases.length > 0 ? named(cases) : `cannot be seen: ${unseen}`,
      ]),
    ),
    '## Findings',
    'Every [finding](findings.md), and the cases in which an Ingress is told it.',
    table(
      ['finding', 'cases'],
      [...told].map(([code, cases]) => [
        code,
        cases.length > 0 ? named(cases) : `not told: ${untoldReason(code as FindingCode)}`,
      ]),
    ),
    '## Gateway API',
    `The tests of \`sigs.k8s.io/gateway-api/conformance\` ${GATEWAY_API_VERSION} about TLSRoute, and the others that name TLS, translated to Ingress. \`.ci/gateway-api-tests\` compares the list with the published suite. TLSRoutes themselves meet the [suite as it is](gateway-api.md#conformance).`,
    official(GATEWAY_API),
    '## Kubernetes ingress conformance',
    'The scenarios of `sigs.k8s.io/ingress-controller-conformance`.',
    official(INGRESS_CONFORMANCE),
    '## Cases',
    `${CASES.length} cases. The rules are those of [findings](findings.md) and [architecture](architecture.md). This list is generated from \`lib/conformance/cases\` (\`npm run generate\`).`,
    `${table(
      ['case', 'rules', 'what it shows', 'needs'],
      CASES.map(({ id, rules, title, needs }) => [`\`${id}\``, rules.join(', '), title, needs.join(', ')]),
    )}\n`,
  ].join('\n\n');
}
