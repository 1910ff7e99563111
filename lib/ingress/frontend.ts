import type { Finding } from '../contract/index.ts';
import { poolAddresses } from './address-pool.ts';
import { type Annotation, type ParsedAnnotations, PREFIX } from './annotations.ts';
import { inAny, neverAllowed } from './cidr.ts';
import { finding, quote } from './finding.ts';
import { type Address, parseAddress } from './ip.ts';
import { parsePort } from './port.ts';
import { quoteFixRemedy, unquote, yamlRemedy } from './quote-fix.ts';

/** The front ends that an appliance allows. */
export interface FrontendRules {
  /** VIP for Ingresses without `frontend-ip`. */
  readonly defaultVip?: string;
  /** Ranges and addresses for Gateways that request none, where there is no default VIP. */
  readonly gatewayAddresses?: readonly string[];
  /** Ranges that a VIP must lie in; any address where absent. */
  readonly frontendIPs?: readonly string[];
  /** Ranges of the other appliances that serve the cluster. */
  readonly otherFrontendIPs?: readonly string[];
  /** Names that `frontend-ipset-name` may use. */
  readonly ipsets: readonly string[];
}

interface FrontendResult {
  /** Absent where the address is missing or invalid: then no route is programmed. */
  readonly vip?: string;
  readonly ipset?: string;
  /** The address belongs to another appliance. */
  readonly elsewhere: boolean;
  readonly findings: readonly Finding[];
}

const rejected = (found: Finding): FrontendResult => ({ elsewhere: false, findings: [found] });

/** Returns the remedy for a value with one address in brackets, with a full prefix length or with a port. */
function addressRemedy({ key, value }: Annotation): { remedy?: string } {
  const text = unquote(value);
  if (text === undefined) return {};
  const [, bracketed, port] = /^\[([^\]]*)\](?::(\d+))?$/.exec(text) ?? /^([^:]*):(\d+)$/.exec(text) ?? [];
  const alone = bracketed ?? text.replace(/\/(32|128)$/, '');
  const address = parseAddress(alone);
  if (alone === value || address === undefined || neverAllowed(address) !== undefined) return {};
  if (text.endsWith('/32') && address.family === 6) return {};
  const { remedy } = yamlRemedy(key, alone);
  if (remedy === undefined || port === undefined || port === '443') return remedy === undefined ? {} : { remedy };
  return { remedy: `${remedy}, and ${PREFIX}secure-port: "${port}"` };
}

/** Returns the address in the annotation, else the default VIP of the appliance. */
function requestedAddress(annotation: Annotation | undefined, rules: FrontendRules): Address | Finding {
  const value = annotation?.value ?? rules.defaultVip;
  const path = annotation?.path ?? 'metadata.annotations';
  if (value === undefined) {
    return finding('FrontendIPRequired', {
      message: 'the annotation ingress.citrix.com/frontend-ip is missing, and the appliance has no default VIP',
      path,
    });
  }
  const source = annotation === undefined ? 'the default VIP' : annotation.key;
  const address = parseAddress(value.trim());
  const range = address === undefined ? undefined : neverAllowed(address);
  if (address !== undefined && range === undefined) return address;
  const reason = range === undefined ? 'which is not an IP address' : `but a front end cannot have ${range} address`;
  return finding('FrontendIPInvalid', {
    message: `${source} is ${quote(value)}, ${reason}`,
    path,
    value,
    ...(annotation === undefined ? {} : addressRemedy(annotation)),
  });
}

/**
 * Returns which appliance a front-end address belongs to (VAL-9): this one, another one that serves the cluster, or none,
 * where this one has ranges and the address lies outside of all.
 */
export function ownerOfAddress(
  address: Address,
  { frontendIPs, otherFrontendIPs = [] }: Pick<FrontendRules, 'frontendIPs' | 'otherFrontendIPs'>,
): 'this' | 'other' | 'none' {
  if (frontendIPs !== undefined && inAny(frontendIPs, address)) return 'this';
  if (inAny(otherFrontendIPs, address)) return 'other';
  return frontendIPs === undefined ? 'this' : 'none';
}

/** Returns the front-end address of an Ingress (VAL-9). */
export function frontendOf(annotations: ParsedAnnotations, rules: FrontendRules): FrontendResult {
  const annotation = annotations.get('frontend-ip');
  const address = requestedAddress(annotation, rules);
  if ('code' in address) return rejected(address);
  const { frontendIPs } = rules;
  // The default VIP is this appliance's own choice: it is never another one's.
  const whose = ownerOfAddress(address, annotation === undefined ? { ...rules, otherFrontendIPs: [] } : rules);
  if (whose === 'other') return { elsewhere: true, findings: [] };
  const path = annotation?.path ?? 'metadata.annotations';
  if (whose === 'none') {
    const ranges = frontendIPs?.join(', ');
    return rejected(
      finding('FrontendIPForbidden', {
        message: `${address.text} is outside the front-end ranges of this appliance: ${ranges}`,
        path,
        value: address.text,
      }),
    );
  }
  const ipset = annotations.get('frontend-ipset-name');
  if (ipset === undefined) return { vip: address.text, elsewhere: false, findings: [] };
  if (!rules.ipsets.includes(ipset.value)) {
    return rejected(
      finding('FrontendIPForbidden', {
        message: `the ipset ${quote(ipset.value)} is not allowed on this appliance`,
        path: ipset.path,
        value: ipset.value,
      }),
    );
  }
  return { vip: address.text, ipset: ipset.value, elsewhere: false, findings: [] };
}

/**
 * Returns the address of a front end, the default VIP and the addresses for Gateways, in canonical form: no member may have
 * them (VAL-15).
 */
export function knownVips(
  vip: string | undefined,
  { defaultVip, gatewayAddresses = [] }: Pick<FrontendRules, 'defaultVip' | 'gatewayAddresses'>,
): string[] {
  const own = [vip, defaultVip].flatMap((each) => parseAddress(each?.trim() ?? '')?.text ?? []);
  return [...own, ...poolAddresses(gatewayAddresses)];
}

/** Returns the port in an annotation, the default where the annotation is absent, or the finding (VAL-10). */
export function portOf(annotation: Annotation | undefined, fallback: number): number | Finding {
  if (annotation === undefined) return fallback;
  return (
    parsePort(annotation.value.trim()) ??
    finding('PortInvalid', {
      message: `${annotation.key} is ${quote(annotation.value)}, which is not a port from 1 to 65535`,
      path: annotation.path,
      value: annotation.value,
      ...(annotation.value.trim() === '0'
        ? { remedy: 'Write a port, or remove the annotation: 0 does not disable the port.' }
        : {}),
      ...quoteFixRemedy(annotation.key, annotation.value, (text) => parsePort(text) !== undefined),
    })
  );
}
