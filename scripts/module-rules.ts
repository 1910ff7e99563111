/**
 * The modules of the code, and which may import which, as a table. docs/architecture.md says what each is for.
 */
export interface ModuleRule {
  /** Modules whose files it may import. Its own are always allowed. */
  readonly imports: readonly string[];
  /** Reason of the rule: the end of the message of a violation. */
  readonly because: string;
  /** Pure: the only packages that it may import, with the files that may. `node:` modules count. */
  readonly packages?: Readonly<Record<string, readonly string[] | 'everywhere'>>;
  /** Packages that it must not import, where it is not pure. */
  readonly never?: readonly string[];
}

const EDGES = ['config', 'telemetry', 'retry'];
const PURE = 'it is pure: the same input gives the same output, without a network, a file or a clock';
const FLOORS = 'imports point downward only, floor by floor';

/** Every module. A folder that is not here may not exist. */
export const MODULES: Readonly<Record<string, ModuleRule>> = {
  functions: {
    imports: ['runtime', 'reconcile', 'audit', 'traffic', 'tracing', 'contract', 'aws', ...EDGES],
    because: 'functions are wiring: they know the engine and AWS, and never Kubernetes',
    never: ['@kubernetes/client-node'],
  },
  runtime: {
    imports: [
      'audit',
      'certificates',
      'traffic',
      'status',
      'reconcile',
      'nitro',
      'plan',
      'route',
      'tracing',
      'contract',
      'aws',
      ...EDGES,
    ],
    because: 'functions run on it: it knows the engine and AWS, and never Kubernetes',
    never: ['@kubernetes/client-node'],
  },
  infra: { imports: ['contract', ...EDGES], because: 'what is deployed follows from the configuration alone' },
  audit: {
    imports: ['status', 'nitro', 'plan', 'netscaler', 'ledger', 'route', 'contract', ...EDGES],
    because: 'it reads the appliance and asks for repairs: what writes is reconcile',
    never: ['@kubernetes/client-node'],
  },
  preview: {
    imports: ['reconcile', 'status', 'nitro', 'plan', 'netscaler', 'ledger', 'gateway', 'ingress', 'route', 'contract'],
    because: 'it shows what the engine would do, by the engine itself',
    never: ['@kubernetes/client-node'],
  },
  console: {
    imports: [
      'audit',
      'certificates',
      'traffic',
      'status',
      'nitro',
      'plan',
      'netscaler',
      'ledger',
      'route',
      'contract',
      'retry',
    ],
    because: 'it shows what was read, and writes nothing: AWS and the terminal belong to the command',
    never: ['@kubernetes/client-node', 'axios'],
  },
  history: {
    imports: ['reconcile', 'preview', 'plan', 'netscaler', 'ledger', 'gateway', 'ingress', 'route', 'contract'],
    because: 'it decides by the pure parts of the engine: what it reads is an archive, and it writes nothing',
    never: ['@kubernetes/client-node', 'axios'],
  },
  status: {
    imports: ['certificates', 'traffic', 'nitro', 'netscaler', 'ledger', 'route', 'contract'],
    because: 'it reads the appliance and shows it: nothing of it is judged or written',
    never: ['@kubernetes/client-node'],
  },
  certificates: {
    imports: ['nitro', 'contract', 'retry'],
    because: 'it shakes hands as a client does: it needs a host and an address, no more',
    never: ['@kubernetes/client-node', 'axios'],
  },
  traffic: {
    imports: ['nitro', 'netscaler', 'contract'],
    because: 'it reads counters: who shows them is above it',
    never: ['@kubernetes/client-node'],
  },
  exporter: {
    imports: ['certificates', 'traffic', 'status', 'nitro', 'contract', 'telemetry', 'retry'],
    because: 'it shows counters to scrapers: nothing of it is judged or written',
    never: ['@kubernetes/client-node'],
  },
  removal: {
    imports: ['nitro', 'plan', 'netscaler', 'ledger', 'route', 'contract', ...EDGES],
    because: 'it takes everything away: it needs no event',
    never: ['@kubernetes/client-node'],
  },
  adopt: {
    imports: ['reconcile', 'preview', 'nitro', 'netscaler', 'ledger', 'gateway', 'ingress', 'route', 'contract'],
    because: 'it takes over from another controller by the engine itself: what it writes beside it is on the front end',
    never: ['@kubernetes/client-node', 'axios'],
  },
  verification: {
    imports: ['nitro', 'netscaler', 'route', 'appliance-facts'],
    because: 'it asks an appliance by NITRO and by TCP, and has objects of its own: it needs no ledger',
    never: ['@kubernetes/client-node', 'axios'],
  },
  reconcile: {
    imports: ['nitro', 'plan', 'netscaler', 'ledger', 'gateway', 'ingress', 'route', 'contract', ...EDGES],
    because: FLOORS,
    never: ['@kubernetes/client-node'],
  },
  nitro: {
    imports: ['plan', 'netscaler', 'ledger', 'route', 'contract', ...EDGES],
    because: FLOORS,
    never: ['@kubernetes/client-node'],
  },
  plan: { imports: ['netscaler', 'ledger', 'route', 'contract'], because: PURE, packages: {} },
  netscaler: { imports: ['route', 'contract'], because: PURE, packages: {} },
  ledger: { imports: ['route', 'contract'], because: PURE, packages: {} },
  ingress: {
    imports: ['route', 'contract'],
    because: PURE,
    // `domainToASCII` is the only IDNA in Node, and touches nothing outside.
    packages: { 'node:url': ['lib/ingress/host.ts'] },
  },
  gateway: { imports: ['ingress', 'route', 'contract'], because: PURE, packages: {} },
  route: { imports: ['contract'], because: PURE, packages: {} },
  contract: {
    imports: [],
    because: `both sides of the bus stand on it, and ${PURE}`,
    packages: {
      'zod/mini': 'everywhere',
      'zod/v4/locales/en.js': ['lib/contract/envelope.ts'],
      'node:crypto': ['lib/contract/key.ts', 'lib/contract/envelope.ts'],
    },
  },
  forwarder: {
    imports: ['aws', 'tracing', 'gateway', 'ingress', 'contract', ...EDGES],
    because: 'the forwarder knows Kubernetes and nothing of NetScaler: they meet in the event contract alone',
    never: ['axios'],
  },
  aws: { imports: ['contract', ...EDGES], because: 'adapters to AWS know events and no use case' },
  // `ingress` knows which attributes an allow-list can admit at all.
  config: { imports: ['ingress', 'contract'], because: 'everyone may use it, so it uses next to nothing' },
  tracing: {
    imports: ['telemetry', 'contract'],
    because: 'it follows events, and knows no use case',
    never: ['axios'],
  },
  telemetry: { imports: [], because: 'everyone may use it, so it uses nothing' },
  retry: { imports: [], because: PURE, packages: {} },
  'local-aws': { imports: ['aws', 'contract', ...EDGES], because: 'it stands in for AWS, and for nothing else' },
  'appliance-facts': {
    imports: [],
    because: `it lists questions that both sides know, and ${PURE}`,
    packages: { 'node:crypto': ['lib/appliance-facts/seal.ts'] },
  },
  simulator: {
    imports: ['appliance-facts'],
    because: 'it is the other side, and must not share our mistakes: it knows the questions about appliances, no more',
    never: ['@kubernetes/client-node', 'axios'],
  },
  conformance: {
    imports: ['nitro', 'contract'],
    because: 'it sees a deployment as its users do, by TCP and the Kubernetes API, and may test others',
    never: ['@kubernetes/client-node'],
  },
  library: {
    imports: ['preview', 'forwarder', 'config', 'gateway', 'ingress', 'route', 'contract'],
    because: `other people's programs run it, and ${PURE}`,
    packages: { yaml: ['lib/library/lint-positions.ts'] },
  },
  cli: {
    imports: [
      'conformance',
      'library',
      'functions',
      'runtime',
      'reconcile',
      'audit',
      'removal',
      'adopt',
      'status',
      'traffic',
      'exporter',
      'certificates',
      'console',
      'preview',
      'history',
      'nitro',
      'plan',
      'netscaler',
      'ledger',
      'gateway',
      'ingress',
      'route',
      'contract',
      'forwarder',
      'aws',
      'tracing',
      'local-aws',
      'simulator',
      'verification',
      'appliance-facts',
      ...EDGES,
    ],
    because: 'the command puts modules together',
  },
};

/** `lib/plan/order.ts` → `plan`; `functions/audit.ts` → `functions`; undefined outside of them. */
export function moduleOf(file: string): string | undefined {
  const [top, module, ...rest] = file.split('/');
  if (top === 'functions' || top === 'infra') return top;
  return top === 'lib' && rest.length > 0 ? module : undefined;
}

/**
 * Returns why a file may not import a module or package.
 *
 * @returns undefined for an allowed import.
 */
export function refusal(file: string, specifier: string, target: string | undefined): string | undefined {
  const from = moduleOf(file);
  const module = from === undefined ? undefined : MODULES[from];
  if (from === undefined || module === undefined)
    return `${file} is in no module: move the file, or add its folder to scripts/module-rules.ts`;
  if (target === undefined) return refusedPackage(file, from, module, specifier);
  const to = moduleOf(target);
  if (to === undefined) return `${from} may not import ${target}, because that is in no module`;
  if (to === from || module.imports.includes(to)) return undefined;
  return `${from} may not import ${to}, because ${module.because}`;
}

function refusedPackage(file: string, from: string, module: ModuleRule, specifier: string): string | undefined {
  if (module.never?.includes(specifier)) return `${from} may not import ${specifier}, because ${module.because}`;
  if (module.packages === undefined) return undefined;
  const allowed = Object.hasOwn(module.packages, specifier) ? module.packages[specifier] : [];
  if (allowed === 'everywhere' || allowed?.includes(file)) return undefined;
  return `${from} may not import ${specifier}, because ${module.because}`;
}
