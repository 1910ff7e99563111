import { CATALOGUE } from '../lib/ingress/index.ts';
import { MOST } from './admission-facts.ts';
import { ADMISSION_RULES, type AdmissionCode, NOT_ADMISSION } from './admission-rules.ts';
import { table } from './schema-docs.ts';

/** Says what an Ingress has that the policy refuses for a finding. */
const REFUSED: Readonly<Record<AdmissionCode, string>> = {
  AmbiguousBackend: 'a host whose paths name several back ends, and path `/` does not decide',
  BackendRequired: 'a host without a path, or with paths of ACME challenges only',
  DefaultBackendUnsupported: 'a default back end, and no rule with a host',
  FrontendIPInvalid: '`frontend-ip` that is not one address, or one that no front end can have',
  HostInvalid: 'a host with a label longer than 63 characters, or one that looks like an IP address',
  HostRequired: 'a rule without a host',
  PortInvalid: '`secure-port` or `insecure-port` that is not a port, or a redirect from the port of TLS',
  ResourceBackendUnsupported: 'a host whose back end is not a Service',
  TLSNotEnabled: 'a host that no entry of `spec.tls` covers',
};

const link = (code: string): string => `[${code}](findings.md#${code.toLowerCase()})`;

const VALUES = [
  ['enabled', '`false`', 'installs the policy and its binding'],
  [
    'validationActions',
    '`[Deny]`',
    '`Deny` refuses the Ingress, `Warn` shows the message to whom writes it, `Audit` writes to the audit log; `Deny` and `Warn` exclude each other',
  ],
  [
    'failurePolicy',
    '`Ignore`',
    'what happens if the API server cannot evaluate an expression: `Ignore` admits, `Fail` refuses. No expression is known to fail',
  ],
  [
    'classNames',
    '`config.ingress.classNames`',
    'the classes whose Ingresses are judged, in any case; needed if the default is empty',
  ],
  ['withoutClass', '`false`', 'judges Ingresses without a class, too'],
  ['namespaceSelector', 'all namespaces', 'a label selector for the namespaces in which Ingresses are judged'],
];

/** Renders `docs/admission.md`. */
export function renderAdmission(): string {
  const codes = [...new Set(ADMISSION_RULES.map(({ code }) => code))].sort();
  const covered = codes.map((code) => [link(code), CATALOGUE[code].title, REFUSED[code]]);
  const others = Object.entries(NOT_ADMISSION).map(([code, why]) => [link(code), why]);
  return [
    '# Admission policy\n',
    'Some Ingresses can carry no traffic, whatever else is in the cluster: their address is not one, or a host lacks TLS. The forwarder reports them after they are written. With this policy, the API server refuses them when they are written, so that `kubectl apply` and a GitOps controller show the fault at once.\n',
    'The policy is a ValidatingAdmissionPolicy of the forwarder’s chart, switched off by default. The API server evaluates it itself: there is no webhook, no certificate, and nothing that can be down. It needs Kubernetes 1.31 or newer.\n',
    'This page and the expressions of the policy are generated from the rules of the findings: `scripts/admission-rules.ts` and `lib/ingress` (`npm run generate`). A test compares the policy with `nspass lint` on a real API server.\n',
    '## Switch it on\n',
    'Begin with `Warn`, which refuses nothing:\n',
    '```yaml\nadmissionPolicy:\n  enabled: true\n  validationActions: [Warn, Audit]\n  classNames: [netscaler]\n```\n',
    'These are the values, below `admissionPolicy`:\n',
    table(
      ['value', 'default', 'meaning'],
      VALUES.map(([name, ...rest]) => [`\`${name}\``, ...rest]),
    ),
    '\nWith `Deny`, whoever writes a bad Ingress reads the text of the [finding](findings.md), the value, and what to do:\n',
    '```text\nThe ingresses "shop" is invalid: : ValidatingAdmissionPolicy \'nspass-nspass-netscaler-passthrough\' with binding\n\'nspass-nspass-netscaler-passthrough\' denied request: TLS not enabled for the host: "shop.example.com". Add the host to an\nentry of spec.tls, or an entry without hosts. (nspass explain TLSNotEnabled)\n```\n',
    'If an Ingress breaks several rules, `Deny` names the first one and `Warn` all of them.\n',
    '## Which Ingresses are judged\n',
    'An Ingress is judged if `ingress.citrix.com/ssl-passthrough` is true and its class is among `classNames`. Every other Ingress is admitted. The policy knows classes by name only, because CEL cannot read IngressClasses: name those whose controller is `citrix.com/ingress-controller`. The API server writes the default class into a new Ingress without a class before the policy sees it. If the cluster has no default class and the forwarder no `classNames`, the forwarder takes Ingresses without a class: set `withoutClass`.\n',
    'The status and deletions are never judged, and neither is an Ingress that is being deleted, so finalizers can always be removed.\n',
    '## Changes of Ingresses that are there\n',
    'The policy compares the new Ingress with the old one. What the old one broke already does not count, if it was ours: it may get labels, finalizers, another Service or further good hosts. Counted are the values: another invalid address, or one more host without TLS, is refused, and the message names only what is new. When passthrough is switched on, or the class becomes ours, all rules count. A fault that was corrected is refused when it comes back.\n',
    '## What is refused\n',
    'Only errors are refused: the host would carry no traffic. Warnings are not, because the host works.\n',
    table(['finding', 'title', 'refused'], covered),
    '\nA host is reported once: the back ends of a host that is invalid or lacks TLS are not judged.\n',
    '## What is not refused\n',
    'These errors do not follow from the Ingress alone, so the policy does not know them. The forwarder reports them as before:\n',
    table(['finding', 'what decides'], others),
    '\n## Large Ingresses\n',
    `The API server limits the cost of an expression, and comparing hosts with each other is expensive. So hosts and back ends are judged only up to ${MOST.rules} rules, ${MOST.tlsHosts} hosts in \`spec.tls\` and ${MOST.paths.toLocaleString('en')} paths. Back ends are not judged either where the hosts are very long (more than about 50 characters, if there are ${MOST.rules}), or where many rules repeat a host. A larger Ingress is admitted, and the forwarder and \`nspass lint\` judge it whole. An annotation of a port or an address with more than 256 characters is invalid, even if most of them are blanks.\n`,
    '## What it does not replace\n',
    'The forwarder judges every Ingress in any case. The policy is not a border of [security](security.md): who may use which address and host is decided by [`appliances.yml`](configuration.md), on the side of the appliance. Before a merge, `nspass lint` finds more, including warnings: see [checks in CI](ci.md).\n',
  ].join('\n');
}
