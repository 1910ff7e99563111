import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  checkSeal,
  expectedBehaviour,
  FACT_IDS,
  type FactReport,
  factOf,
  UNKNOWN,
  unexpected,
  unknownFacts,
  valueText,
} from '../lib/appliance-facts/index.ts';
import { planVerification, probePolicies } from '../lib/verification/index.ts';
import { table } from './schema-docs.ts';

const FOLDER = fileURLToPath(new URL('../docs/facts', import.meta.url));

interface KeptReport {
  readonly file: string;
  readonly report: FactReport;
}

/** Reads the reports of the repository. @throws {Error} for one that was changed after it was written. */
function reports(): KeptReport[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const { report, unchanged } = checkSeal(readFileSync(join(FOLDER, file), 'utf8'));
      if (!unchanged) throw new Error(`docs/facts/${file} was changed: its digest is another.`);
      return { file, report };
    });
}

/** Returns what a report is about, in words: a simulator is never called an appliance. */
const aboutText = ({ appliance: { model, build } }: FactReport): string =>
  model === 'simulator' ? 'simulator, by its own choice' : `${model} ${build}`;

const needsText = { 'front end': '`--vip`', 'back end': '`--backend-address`', partition: '`--partition`' } as const;

function factRows(kept: readonly KeptReport[]): string[][] {
  const expected = expectedBehaviour();
  return FACT_IDS.map((id) => {
    const { statement, otherwise, needs } = factOf(id);
    return [
      `\`${id}\``,
      statement,
      valueText(expected[id]),
      ...kept.map(({ report }) => valueText(report.facts[id].value)),
      otherwise,
      needs === undefined ? '' : needsText[needs],
    ];
  });
}

function reportRows(kept: readonly KeptReport[]): string[][] {
  return kept.map(({ file, report }) => [
    `docs/facts/${file}`,
    aboutText(report),
    `${FACT_IDS.length - unknownFacts(report).length} of ${FACT_IDS.length}`,
    String(unexpected(report).length),
  ]);
}

/** `docs/appliance-facts.md`. */
export function renderApplianceFacts(): string {
  const kept = reports();
  const real = kept.filter(({ report }) => report.appliance.model !== 'simulator').length;
  const lent = planVerification({
    partition: false,
    frontEnd: { address: '192.0.2.10', port: 443 },
    backEndAddress: '10.0.0.7',
  });
  const alone = planVerification({ partition: false });
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const user = [
    'add system user prober <password> -externalAuth DISABLED -timeout 900',
    ...probePolicies().map(({ name, spec }) => `add system cmdPolicy ${name} ALLOW ${quoted(spec)}`),
    ...probePolicies().map(({ name }, index) => `bind system user prober ${name} ${(index + 1) * 10}`),
  ];
  return `# Appliance facts

No document says what is on this page: what an appliance does, and which limits it has. The product expects a value of each
fact, and mostly has a slower way where an appliance has another. \`nspass verify\` asks a real one.

This page is generated from \`lib/appliance-facts\` and the reports in \`docs/facts\` (\`npm run generate\`).

## Reports

${real === 0 ? '**No appliance has been asked yet.** The only report is that of the simulator: its choices, and not those of a NetScaler.' : `${real} of these reports are of appliances; one of the simulator shows its choices.`}

${table(['report', 'about', 'known', 'not as expected'], reportRows(kept))}

**Yours is wanted**, of any VPX, CPX, MPX or SDX and any build. Run this, and send the file in a pull request that adds it to
\`docs/facts\` under the name of model and build, such as \`vpx-14.1-51.80.json\`:

\`\`\`sh
nspass verify --nitro https://192.0.2.5 --vip 192.0.2.10:443 --backend-address 10.0.0.7 --yes --report vpx-14.1-51.80.json
\`\`\`

## What a run does

- Without \`--yes\` it sends nothing, and prints every object that it would make and the number of requests: ${alone.requests} without, and
  ${lent.requests} with an address for connections, to an appliance that behaves as expected. They take about half a minute: no probe
  begins after 30 seconds, and no call of a probe is made after 55. Removing what was made has a minute of its own, which only
  a slow appliance needs.
- The names of its objects begin with \`nspassverify\`, which no \`systemId\` can be, and their comments say so. Nothing else is
  changed or removed. It never saves the configuration.
- It removes what it made, also after a failed probe or Ctrl-C. If the connection is lost or the process killed, the next run
  does that first; \`--clean\` lists what is left, and with \`--yes\` removes it. What cannot be removed is named, with status 1.
  Do not run two at once: the second one removes what the first one made.
- \`--vip\` lends an address and port that nothing uses: an SSL server is made there, whose policies reset or forward. If a
  server has that address and port, nothing is made. \`--backend-address\` is the address by which the appliance reaches this
  machine: during the run, it listens on free ports and answers only its own hello and requests. With it, a server for plain
  HTTP comes first at the lent address, for the facts that ACME challenges rest on.
- \`--partition\` works in an admin partition. A service group needs the addresses 198.51.100.201 and 198.51.100.202 (RFC 5737)
  as servers: if one exists, these facts stay unknown.

## What is in a report

Release and build, the kind of appliance, and a value for each fact, or \`unknown\` with a reason. No address, host name, serial
number, user or secret: reasons are sentences of the program and error codes, never texts of the appliance. Read it before you
send it; it is short.

- The **digest** is the SHA-256 of the report as canonical JSON. It shows that the file is as it was written, against mistakes.
  It proves nothing against somebody who writes another digest.
- A **signature** (\`--sign-key\`, Ed25519) shows that the holder of that key vouches for the report, to whoever has the public key
  by another way. It does not prove that an appliance was asked.

\`\`\`sh
openssl genpkey -algorithm ed25519 -out key.pem
openssl pkey -in key.pem -pubout -out public.pem
nspass verify --nitro https://192.0.2.5 --yes --report facts.json --sign-key key.pem
nspass verify --check facts.json --key public.pem
\`\`\`

## Tests as that build

The simulator takes a report: each known fact is as in the report, the others are its own choice. It reports the build, too.

\`\`\`sh
nspass appliance --facts docs/facts/simulator.json
\`\`\`

## The user on the appliance

An administrator may run it, and so may a user with these policies, which the tests use on the simulator. In an admin partition,
bind the user there and allow it \`switch ns partition\`.

\`\`\`
${user.join('\n')}
\`\`\`

## The facts

${table(['fact', 'says', 'expected', ...kept.map(({ report }) => aboutText(report)), 'if not', 'needs'], factRows(kept))}

A value of \`${UNKNOWN}\` means that nobody found it out.

## What is not asked

How many entries beyond 2,000 a string map takes, how an appliance authorises a member list, whether it checks a permission before
it looks for the object, the defaults of [attributes](appliance-defaults.md), strict SNI in SSL profiles, and everything about pairs
and clusters: it would need a second user or a second node, or take long.
`;
}
