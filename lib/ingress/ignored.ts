/** An annotation of the vendor's controller that has no effect here (VAL-14). */
export interface IgnoredAnnotation {
  /** The reason, which ends the message. */
  readonly why: string;
  /** Replaces the remedy of the catalogue with a more exact one. */
  readonly remedy?: string;
  /** The annotation rejects or authenticates clients: without it the host is open to all. */
  readonly restricts?: true;
  /** The annotation chooses the front-end address: without it the hosts may appear on another one. */
  readonly choosesAddress?: true;
}

const DECRYPTION = 'it acts on decrypted traffic';
const ELSEWHERE = 'this part of the vendor’s controller does not exist here';
const REMOVE = 'Remove the annotation.';

const decrypting: IgnoredAnnotation = { why: DECRYPTION };
const restricting: IgnoredAnnotation = { why: DECRYPTION, restricts: true };
const address = (where: string): IgnoredAnnotation => ({
  why: `${ELSEWHERE}; only ingress.citrix.com/frontend-ip or the default VIP sets the front-end address`,
  remedy: `Write ingress.citrix.com/frontend-ip with the address ${where}, and remove the annotation.`,
  choosesAddress: true,
});

/** Annotations in the vendor's documentation, by name with hyphens and without the prefix. */
export const IGNORED: ReadonlyMap<string, IgnoredAnnotation> = new Map<string, IgnoredAnnotation>([
  ['analyticsprofile', { why: 'analytics profiles are not supported', remedy: REMOVE }],
  ['auth-crd', restricting],
  ['backend-ca-secret', decrypting],
  ['backend-httpprofile', decrypting],
  ['backend-secret', decrypting],
  ['backend-sslprofile', decrypting],
  [
    'backend-tcpprofile',
    {
      why: ELSEWHERE,
      remedy:
        'Remove the annotation, or name a profile of the appliance with tcpprofilename in ingress.citrix.com/servicegroup, if the operator allows that attribute.',
    },
  ],
  ['bot-crd', decrypting],
  ['ca-secret', restricting],
  ['canary-by-header', decrypting],
  ['canary-by-header-value', decrypting],
  ['canary-weight', decrypting],
  ['cors-crd', decrypting],
  ['default-response-code', decrypting],
  ['deployment', { why: ELSEWHERE, remedy: REMOVE }],
  [
    'external-service',
    { why: ELSEWHERE, remedy: 'Remove the annotation, and write EndpointSlices with the addresses for the Service.' },
  ],
  ['frontend-httpprofile', decrypting],
  ['frontend-sslprofile', decrypting],
  ['frontend-tcpprofile', { why: 'passthrough needs the TCP profile that this system sets', remedy: REMOVE }],
  ['insecure-service-type', { why: 'plain traffic is not passed through', remedy: REMOVE }],
  ['ipam-range', address('in that range')],
  ['listener', address('of the Listener')],
  [
    'multicluster-policy-priority-order',
    { why: `${ELSEWHERE}; across all clusters, the oldest Ingress holds a host`, remedy: REMOVE },
  ],
  ['path-match-method', decrypting],
  ['preconfigured-backend-ca-certkey', decrypting],
  ['preconfigured-backend-certkey', decrypting],
  ['preconfigured-ca-certkey', restricting],
  ['preconfigured-certkey', decrypting],
  ['ratelimit-crd', decrypting],
  ['rewrite-responder', decrypting],
  ['rewrite-responder-crd', decrypting],
  ['secure-service-type', { why: 'TLS is passed through unopened, whatever it carries', remedy: REMOVE }],
  ['service-weights', decrypting],
  [
    'ssl-redirect',
    {
      why: 'ingress.citrix.com/insecure-termination controls the redirect of plain HTTP',
      remedy:
        'Remove the annotation. To redirect plain HTTP, write ingress.citrix.com/insecure-termination: "redirect".',
    },
  ],
  ['waf-crd', decrypting],
]);

/** Matches names about access: an address list, a login, a client certificate. */
const RESTRICTION_WORDS =
  /(^|-)(allowlist|auth(entication|n|orization|z)?|blacklist|clientauth|denylist|jwt|oauth2?|whitelist)(-|$)/;
const RANGES = /(^|-)(allow|deny|allowed|denied)-(cidrs?|ips?|list|sources?|source-range)(-|$)/;

/** Returns whether the name of an annotation suggests that it restricts access. */
export function soundsRestricting(name: string): boolean {
  return RESTRICTION_WORDS.test(name) || RANGES.test(name);
}

/** Matches names about requests, certificates or users, which only decryption reveals (VAL-14). */
const DECRYPTION_WORDS =
  /(^|-)(app-root|auth[a-z]*|body|bot|cache|canary|cert[a-z]*|compression|cookie[a-z]*|cors|headers?|hsts|http[a-z0-9]*|limit|path|rate(limit)?|redirect|responder[a-z]*|rewrite[a-z]*|secrets?|session|ssl[a-z]*|url|waf|weights?)(-|$)/;

/** Guesses from its name why an undocumented annotation has no effect; undefined where the name does not tell. */
export function guessIgnored(name: string): IgnoredAnnotation | undefined {
  if (RANGES.test(name) || /(^|-)(allow|black|deny|white)list(-|$)/.test(name)) {
    return { why: 'client addresses are not filtered here', restricts: true };
  }
  if (soundsRestricting(name)) return restricting;
  return DECRYPTION_WORDS.test(name) ? decrypting : undefined;
}
