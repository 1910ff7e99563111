import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CASES, type CaseScope, type ConformanceCase, type Profile, profileOf } from '../lib/conformance/index.ts';
import { FINDING_CODES, type FindingCode } from '../lib/ingress/index.ts';

const DOCS = fileURLToPath(new URL('../docs', import.meta.url));
/** Pages that this module writes cannot be what it is compared with. */
const GENERATED = new Set(['conformance.md', 'quality.md']);

const RECORDS = 'it is about records on the appliance, which only its administrator sees';
const BUS = 'it is about events on the bus';
const BY_HAND = 'it takes somebody who changes the appliance or the bus by hand; test/integration/reconcile does that';

/** Rules that neither a TLS client nor a user of the Kubernetes API can see, with the reason. */
export const UNSEEN_RULES: Readonly<Record<string, string>> = {
  'LIF-1': 'a change that writes too much ends in the same routes',
  'LIF-4': `${BUS}, which the suite does not need to reach`,
  'LIF-6': 'the API server would have to lose objects; test/integration/forwarder does that',
  'LIF-7': BY_HAND,
  'LIF-9': 'it shows when the appliance restarts',
  'LIF-10': 'it removes the system; test/integration/reconcile/removal.test.ts',
  'REP-3': BUS,
  'protocol rule 1': RECORDS,
  'protocol rule 2': RECORDS,
  'protocol rule 3': RECORDS,
  'protocol rule 4': BUS,
  'protocol rule 5': RECORDS,
  'protocol rule 6': RECORDS,
  'protocol rule 7': 'it shows when a function dies between two writes',
  'protocol rule 9': BUS,
  'protocol rule 10': BUS,
  'protocol rule 11': 'the API server would have to lose objects; test/integration/reconcile/prune-guard.test.ts',
  'protocol rule 14': BUS,
  'protocol rule 15': 'it takes two clusters of one name',
  'protocol rule 16': 'it is about the time of events on the bus; test/unit/forwarder/bursts.test.ts counts them',
};

/** Rules of the protocol that clients see as another rule. */
export const SEEN_AS: Readonly<Record<string, string>> = {
  'protocol rule 8': 'CON-1',
  'protocol rule 12': 'CON-4',
  'protocol rule 13': 'LIF-8',
};

/** The suite applies Ingresses alone: a gap, named for each rule and finding of Gateway API. */
const GATEWAY_GAP = 'a gap: the suite applies no Gateways and TLSRoutes yet; test/corpus/gateway.ts';

/** Returns why no case can show a rule; undefined where one must. */
const unseenReason = (rule: string): string | undefined =>
  UNSEEN_RULES[rule] ?? (rule.startsWith('GW-') ? GATEWAY_GAP : undefined);

/** Returns why no Ingress is told a finding; undefined where a case must show it. */
export const untoldReason = (code: FindingCode): string | undefined =>
  UNTOLD_FINDINGS[code] ?? (/^(Gateway|TLSRoute)/.test(code) ? GATEWAY_GAP : undefined);

const LINT = 'only commands about files report it';

/** Findings that no Ingress of the suite is told, with the reason. */
const UNTOLD_FINDINGS: Readonly<Partial<Record<FindingCode, string>>> = {
  AnnotationMisplaced: LINT,
  ClassNotOurs: LINT,
  KindNotRead: LINT,
  ManifestInvalid: LINT,
  PassthroughNotRequested: LINT,
  FrontendIPRequired:
    'the suite needs an appliance with an address for Ingresses without one; test/corpus/frontends.ts',
  CertificateExpires: 'a back end would have to wait for weeks; test/unit/runtime/check-certificates.test.ts',
  MemberRefused: BY_HAND,
  MembersHeld: 'the API server would have to lose objects; test/integration/forwarder/losses.test.ts',
  ObjectTakenOver: BY_HAND,
};

/** What a rule says, and the cases that show it. */
export interface CoveredRule {
  readonly rule: string;
  /** Empty where the rules table of docs/architecture.md lacks it. */
  readonly says: string;
  readonly cases: readonly string[];
  /** Why no case can show it. */
  readonly unseen: string | undefined;
}

function pages(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|json)$/.test(name) && !GENERATED.has(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Returns the ids of all rules in docs/, those of the protocol included, in the order of the rules table. */
export function documentedRules(): Map<string, string> {
  const architecture = readFileSync(join(DOCS, 'architecture.md'), 'utf8');
  const said = new Map(
    [...architecture.matchAll(/^\| ([A-Z]{2,4}-\d+) \| ([^|]+) \|/gm)].map(([, id = '', says = '']) => [
      id,
      says.trim(),
    ]),
  );
  const families = [...new Set([...said.keys()].map((id) => id.replace(/\d+$/, '')))];
  const ids = new RegExp(`\\b(?:${families.join('|')})\\d+\\b`, 'g');
  for (const page of pages(DOCS)) for (const [id] of page.matchAll(ids)) if (!said.has(id)) said.set(id, '');
  const protocol = readFileSync(join(DOCS, 'protocol.md'), 'utf8');
  const rules = protocol.slice(protocol.indexOf('\n## Rules\n')).split('\n## ')[1] ?? '';
  for (const [, number = ''] of rules.matchAll(/^(\d+)\. /gm)) {
    said.set(`protocol rule ${number}`, `rule ${number} of the [protocol](protocol.md#rules)`);
  }
  return said;
}

/** Compares the documented rules with the cases. */
export function coverage(cases: readonly ConformanceCase[] = CASES): CoveredRule[] {
  return [...documentedRules()].map(([rule, says]) => ({
    rule,
    says,
    cases: cases.filter(({ rules }) => rules.includes(SEEN_AS[rule] ?? rule)).map(({ id }) => id),
    unseen: unseenReason(rule),
  }));
}

/** Returns what cases are built with, to look at their steps without a target. */
export const exampleScope = (profile: Profile): CaseScope => ({
  namespace: 'n',
  host: (label) => `${label ?? 'x'}.test`,
  vip: '192.0.2.1',
  secondVip: '192.0.2.2',
  className: profile.className,
  profile,
  limits: { member: undefined, host: undefined, vip: undefined, frontend: undefined },
  member: () => ({ address: '10.0.0.1', port: 443 }),
  node: () => ({ name: 'n', address: '10.0.0.2' }),
});

/** Returns the cases that wait for each finding or outcome. */
export function toldBy(cases: readonly ConformanceCase[] = CASES): Map<string, string[]> {
  const told = new Map<string, string[]>(FINDING_CODES.map((code) => [code, []]));
  const scope = exampleScope(profileOf('nspass'));
  for (const { id, steps } of cases) {
    for (const step of steps(scope)) {
      if (step.kind === 'reason') told.set(step.reason, [...(told.get(step.reason) ?? []), id]);
    }
  }
  return told;
}
