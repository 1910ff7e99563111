import { readFileSync } from 'node:fs';

/** A recorded session of `nspass why`, and what the reader should know of it. */
interface WhySession {
  /** File in `test/integration/cli/why/sessions`, without its ending. */
  readonly session: string;
  readonly title: string;
  /** What was wrong, and how it came about. */
  readonly cause: string;
}

/** The sessions in the order of the chain. */
export const WHY_SESSIONS: readonly WhySession[] = [
  {
    session: 'works',
    title: 'Nothing is wrong',
    cause: 'Every link holds as far as it was seen. The exit status is 0.',
  },
  {
    session: 'wildcard',
    title: 'A wildcard covers the host',
    cause:
      'No Ingress names the host itself, and one names a wildcard that covers it. Where both are there, the exact host comes first, and the lines `ingress` and `holder` name the wildcard behind it.',
  },
  {
    session: 'no-class',
    title: 'The Ingress has no class of ours',
    cause:
      'The Ingress names no class, and the default class of the cluster belongs to another controller. A cluster is silent about it: it could be meant ([SEL-2](architecture.md#where-a-rule-is)).',
  },
  {
    session: 'no-annotation',
    title: 'The Ingress lacks the annotation',
    cause: 'The class is right, but nothing requests passthrough.',
  },
  {
    session: 'no-tls',
    title: 'The Ingress does not enable TLS',
    cause:
      'The Ingress has no `spec.tls`, so there is nothing to pass through: [TLSNotEnabled](findings.md#tlsnotenabled).',
  },
  {
    session: 'namespace-not-owned',
    title: 'The namespace may not use the host',
    cause:
      '`hostOwnership` in appliances.yml gives the domain to another namespace: [HostForbidden](findings.md#hostforbidden).',
  },
  {
    session: 'appliance-down',
    title: 'The appliance does not answer',
    cause:
      'Nothing listens on the address of the appliance. What lies before it was seen; nothing can be said of what lies behind it.',
  },
  {
    session: 'conflict',
    title: 'Another Ingress holds the host',
    cause: 'An older Ingress of another namespace names the same host: [HostConflict](findings.md#hostconflict).',
  },
  {
    session: 'route-waits',
    title: 'A TLSRoute waits behind an Ingress',
    cause:
      'An Ingress of another namespace names the same host and is older. The TLSRoute takes over when the Ingress gives the host up: [Gateway API](gateway-api.md#converting-ingresses).',
  },
  {
    session: 'stuck-in-queue',
    title: 'The event goes back to the queue',
    cause:
      'The password was changed on the appliance, and not in the secret of the functions. They return each batch: [credentials rotated](runbooks/credentials-rotated.md).',
  },
  {
    session: 'paused',
    title: 'The appliance is paused',
    cause:
      'Somebody disabled the event source mapping: [pause](deploy/upgrade.md#pause). Events wait, and nothing is lost.',
  },
  {
    session: 'object-refused',
    title: 'The appliance refused an object',
    cause:
      'An annotation names a net profile that the appliance does not have. With `--live`, the line also repeats the answer of the appliance, from the Event on the Ingress.',
  },
  {
    session: 'challenge-down',
    title: 'An ACME challenge is not answered',
    cause:
      'cert-manager waits for the certificate, because the appliance does not reach its solver. The line `challenges` is there where the Ingress or the appliance has something of them. It breaks nothing behind it, which is over TLS: [renew with ACME](acme.md).',
  },
  {
    session: 'members-down',
    title: 'No member is up',
    cause: 'Everything is programmed, but nothing listens on the address of the pod, as the appliance sees it.',
  },
];

const FOLDER = new URL('../test/integration/cli/why/sessions/', import.meta.url);

/** `docs/why.md`. */
export function renderWhy(): string {
  return [
    '# One host, one command\n',
    '`nspass why HOST` walks from the Ingress of a host to its members. Each line is a link of the chain: `✓` holds, `✗` is where the chain breaks, with what to do below it, and `?` was not seen. The walk ends at the first `✗`, so **the last line names the cause**. Only `challenges` ends nothing: it is about plain HTTP.\n',
    'Each session below was recorded from the real command, and a test repeats it: the forwarder reads the manifests, the functions write the simulated appliance, and `why` looks at all of them. Only times and addresses were replaced. Instead of `--from manifests`, `--live` reads the cluster of the kubeconfig. `--deployment` adds the queue, and `--probe` a TLS handshake through the front end. Symptoms that do not begin with a host: [troubleshooting](troubleshooting.md).\n',
    'This page is generated from `test/integration/cli/why/sessions` (`npm run generate`).\n',
    ...WHY_SESSIONS.map(
      ({ session, title, cause }) => `## ${title}\n\n${cause}\n\n\`\`\`text\n${recorded(session)}\`\`\`\n`,
    ),
  ].join('\n');
}

const recorded = (session: string): string => readFileSync(new URL(`${session}.txt`, FOLDER), 'utf8');
