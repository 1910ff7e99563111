import { domainToASCII } from 'node:url';

/** A host name that can be routed, or the reason why the text is not one. */
type HostResult =
  | { readonly host: string }
  | {
      readonly reason: string;
      /** The valid host, where it is certain. */
      readonly suggestion?: string;
    };

/** The syntax of a host (VAL-4). The admission policy of the chart is generated from it, too. */
export const HOST_SYNTAX = {
  /** Class of the characters at both ends of a label, and of those between. */
  outer: '[a-z0-9]',
  inner: '[a-z0-9-]',
  longestLabel: 63,
  longest: 253,
  /** Pattern of hosts that look like an IPv4 address. */
  address: '^[0-9]+([.][0-9]+){3}$',
} as const;

const LABEL = new RegExp(`^${HOST_SYNTAX.outer}(${HOST_SYNTAX.inner}*${HOST_SYNTAX.outer})?$`);
const IPV4_LIKE = new RegExp(HOST_SYNTAX.address);

/** Returns a host in the form for comparison: lower case, without one trailing dot (VAL-4). */
export function foldHost(host: string): string {
  // Only A–Z: the full case mapping turns the Kelvin sign into k, which is another name.
  const lower = host.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

function labelProblem(label: string): string | undefined {
  if (label === '') return 'has an empty label';
  if (label.length > HOST_SYNTAX.longestLabel) return 'has a label longer than 63 characters';
  if (label.includes('*')) return 'has a * that is not the whole first label';
  if (label.includes('_')) return 'has an underscore, which host names cannot have';
  if (!LABEL.test(label)) return 'has a label with characters other than letters, digits and inner hyphens';
  return undefined;
}

/**
 * Parses the host of a rule (VAL-4): RFC 1123, lower-cased, one trailing dot dropped, at most 253 characters, labels
 * at most 63, `*` only as the whole first label with a label after it, no IP address. A valid host consists of
 * `[a-z0-9.*-]` only, so it never leaves the quotes of an expression.
 */
export function parseHost(input: string): HostResult {
  const host = foldHost(input);
  if (host.length > HOST_SYNTAX.longest) {
    return { reason: `has ${host.length} characters; at most ${HOST_SYNTAX.longest} are allowed` };
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant
  if (/[^\x00-\x7f]/.test(host)) return notAscii(host);
  if (host.includes(':') || IPV4_LIKE.test(host)) return { reason: 'is an IP address or has a port' };
  const labels = host.split('.');
  const wildcard = labels[0] === '*';
  if (wildcard && labels.length === 1) return { reason: 'is * alone: at least one label must follow' };
  const problem = (wildcard ? labels.slice(1) : labels).map(labelProblem).find((found) => found !== undefined);
  return problem === undefined ? { host } : { reason: problem };
}

function notAscii(host: string): HostResult {
  const reason = 'has non-ASCII characters: clients send the A-label form';
  const ascii = domainToASCII(host);
  return ascii !== '' && 'host' in parseHost(ascii) ? { reason, suggestion: ascii } : { reason };
}

/** Returns the only wildcard that matches a host (TLS-3): `*.foo.com` for `a.foo.com`. */
export function wildcardOf(host: string): string {
  return `*.${host.slice(host.indexOf('.') + 1)}`;
}
