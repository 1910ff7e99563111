/** An annotation of the vendor's controller that has no effect here (VAL-14). */
export interface Ignored {
  /** Why it has none: ends the message. */
  readonly why: string;
  /** Where something more exact can be done than the catalogue says. */
  readonly remedy?: string;
  /** It keeps clients out, or checks who they are: without it the host is open. */
  readonly restricts?: true;
  /** It chooses the front-end address: without it the hosts may appear on another one. */
  readonly chooses?: 'address';
}

const DECRYPTION = 'it acts on decrypted traffic';
const ELSEWHERE = 'that part of the vendor’s controller does not exist here';
const REMOVE = 'Remove the annotation.';

const decrypting: Ignored = { why: DECRYPTION };
const restricting: Ignored = { why: DECRYPTION, restricts: true };
const address = (where: string): Ignored => ({
  why: `${ELSEWHERE}; the front-end address comes from ingress.citrix.com/frontend-ip or the default VIP alone`,
  remedy: `Write ingress.citrix.com/frontend-ip with the address ${where}, and remove the annotation.`,
  chooses: 'address',
});

/** The annotations that the vendor's pages name, by their name with hyphens and without the prefix. */
export const IGNORED: ReadonlyMap<string, Ignored> = new Map<string, Ignored>([
  ['analyticsprofile', { why: 'no analytics profile is bound here', remedy: REMOVE }],
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
        'Remove the annotation, or name a profile of the appliance with tcpprofilename in ingress.citrix.com/servicegroup, if its operator allows that attribute.',
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
  [
    'frontend-tcpprofile',
    { why: 'the front end has a TCP profile of its own, which passthrough needs', remedy: REMOVE },
  ],
  ['insecure-service-type', { why: 'plain traffic is not passed through', remedy: REMOVE }],
  ['ipam-range', address('of that range')],
  ['listener', address('of the Listener')],
  [
    'multicluster-policy-priority-order',
    { why: `${ELSEWHERE}; the oldest Ingress holds a host, over all clusters`, remedy: REMOVE },
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
      why: 'a redirect of plain HTTP is asked for with ingress.citrix.com/insecure-termination',
      remedy:
        'Remove the annotation, and write ingress.citrix.com/insecure-termination: "redirect" where plain HTTP is to be redirected.',
    },
  ],
  ['waf-crd', decrypting],
]);

/** Parts of names that speak of who may come: an address list, a log-in, a client certificate. */
const RESTRICTION_WORDS =
  /(^|-)(allowlist|auth(entication|n|orization|z)?|blacklist|clientauth|denylist|jwt|oauth2?|whitelist)(-|$)/;
const RANGES = /(^|-)(allow|deny|allowed|denied)-(cidrs?|ips?|list|source-range)(-|$)/;

/** Whether a name alone says that access is restricted. */
export function soundsRestricting(name: string): boolean {
  return RESTRICTION_WORDS.test(name) || RANGES.test(name);
}

/** Parts of names that speak of requests, certificates or users, all of which only decryption shows (VAL-14). */
const DECRYPTION_WORDS =
  /(^|-)(app-root|auth[a-z]*|body|bot|cache|canary|cert[a-z]*|compression|cookie[a-z]*|cors|headers?|hsts|http[a-z0-9]*|limit|path|rate(limit)?|redirect|responder[a-z]*|rewrite[a-z]*|secrets?|session|ssl[a-z]*|url|waf|weights?)(-|$)/;

/** What an annotation is whose name no page of the vendor has, as far as the name tells; undefined where it does not. */
export function guessIgnored(name: string): Ignored | undefined {
  if (RANGES.test(name) || /(^|-)(allow|black|deny|white)list(-|$)/.test(name)) {
    return { why: 'nothing here filters by the address of a client', restricts: true };
  }
  if (soundsRestricting(name)) return restricting;
  return DECRYPTION_WORDS.test(name) ? decrypting : undefined;
}
