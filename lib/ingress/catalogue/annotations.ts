import type { CatalogueEntry } from './entry.ts';

/** Annotations and the attributes in them (VAL-11 to VAL-14). */
export const ANNOTATION_FINDINGS = {
  AccessClosed: {
    severity: 'error',
    title: 'Nobody may connect',
    rules: ['VAL-17'],
    why: 'The networks that may connect cannot be applied as they were intended: a list is empty or too long, an entry of deny-sources is invalid, no allowed network is of the family of the front end, or a name with this project’s prefix is nearly one of these annotations. A typing error must not open a host, so its connections are reset.',
    remedy: 'Correct the list: addresses, and ranges such as 192.0.2.0/24, with commas or blanks between them.',
  },
  AccessNetworkInvalid: {
    severity: 'warning',
    title: 'Invalid network in a list of those that may connect',
    rules: ['VAL-17'],
    why: 'An entry of allow-sources is not an address or a range, or has bits behind its prefix: 192.0.2.7/24 may mean an address or 256 of them. It is left out, so its clients may not connect; the others may.',
    remedy: 'Write an address, or a range such as 192.0.2.0/24.',
  },
  AccessUnrestricted: {
    severity: 'warning',
    title: 'Access restriction without effect',
    rules: ['VAL-13', 'VAL-14'],
    why: 'An annotation or attribute restricts who may reach the host: a listen policy, client certificates, an address list, a login. With passthrough, clients are not checked, so everyone who reaches the front end reaches the host.',
    remedy:
      'To admit client addresses, write netscaler-passthrough/allow-sources or deny-sources. Check anything else in the back end, which does the TLS handshake; then remove the annotation or attribute.',
  },
  AnnotationDeprecated: {
    severity: 'warning',
    title: 'Deprecated annotation name',
    rules: ['VAL-14'],
    why: 'Early releases of the vendor’s controller wrote some annotations with underscores. These names still work.',
    remedy: 'Write the name with hyphens.',
  },
  AnnotationIgnored: {
    severity: 'warning',
    title: 'Annotation without effect under passthrough',
    rules: ['VAL-14'],
    why: 'The annotation acts on decrypted traffic, or on a part of the vendor’s controller that does not exist here. Passthrough decrypts nothing, so the annotation has no effect.',
    remedy: 'Remove the annotation, or implement its function in the back end.',
  },
  AnnotationMisplaced: {
    severity: 'warning',
    title: 'Annotation for another kind of resource',
    rules: ['VAL-14'],
    why: 'The vendor’s controller has other annotation prefixes for Services and Routes. On an Ingress, nothing reads them. Only nspass lint and nspass local report this.',
    remedy: 'Write the annotation with the prefix ingress.citrix.com/, or remove it.',
  },
  AnnotationUnknown: {
    severity: 'warning',
    title: 'Unknown annotation',
    rules: ['VAL-14'],
    why: 'The annotation has the vendor’s prefix, or this project’s, but nothing reads its name. The cause is mostly a typing error.',
    remedy: 'Correct the name or remove the annotation.',
  },
  AttributeUnsupported: {
    severity: 'warning',
    title: 'Unsupported attribute',
    rules: ['VAL-13'],
    why: 'An attribute is applied only if the appliance has it for the object, passthrough stays intact, and the operator’s allow-list admits it. The route is programmed without this attribute.',
    remedy: 'Remove the attribute, or ask the operator of the appliance to allow it.',
  },
  InsecureAllowUnsupported: {
    severity: 'warning',
    title: 'Plain HTTP cannot be passed through',
    rules: ['VAL-11'],
    why: 'insecure-termination: allow would send plain HTTP to the back end, which speaks TLS. The value is treated as disallow: nothing listens for plain HTTP.',
    remedy: 'Write redirect to answer plain HTTP with a redirect to https, or disallow.',
  },
  InvalidAnnotation: {
    severity: 'warning',
    title: 'Invalid annotation value',
    rules: ['SEL-1', 'VAL-11', 'VAL-13'],
    why: 'The annotation does not accept the value. An invalid value is treated as absent.',
    remedy: 'Correct the value.',
  },
  MonitorPlain: {
    severity: 'warning',
    title: 'Plain-text monitor on a TLS port',
    rules: ['VAL-13'],
    why: 'With passthrough, the back end speaks TLS. A plain HTTP probe gets no valid answer from it, so the appliance marks all members down and resets connections to the host.',
    remedy: 'Add "secure": "YES" to the monitor, or write "type": "TCP".',
  },
  MonitorWithoutHeader: {
    severity: 'warning',
    title: 'Monitor that sends no PROXY header',
    rules: ['VAL-13', 'VAL-18'],
    why: 'With proxy-protocol, members expect a PROXY header before all else. Monitors of the appliance connect to the members themselves and send none: one that speaks TLS or HTTP is refused by a member that requires the header, so the appliance marks all members down and resets connections to the host. The default TCP monitor only opens a connection, and passes.',
    remedy: 'Write "type": "TCP" without "secure", or a "destport" on which the pods expect no header.',
  },
  ProxyProtocolClosed: {
    severity: 'error',
    title: 'PROXY protocol that cannot be applied',
    rules: ['VAL-18'],
    why: 'The annotation proxy-protocol has a value other than v1 and v2, or the annotations netprofile and servicegroup set a net profile for the same Service, and a service group has one. Members that expect the header and get none, or the other way round, cannot serve anybody; and one that takes the header if it comes would take the appliance for the client. So the hosts are reset instead of served in a way that nobody wrote.',
    remedy: 'Write v1 or v2, or remove the annotation where a net profile of the appliance does the same.',
  },
  SecureBackendIgnored: {
    severity: 'warning',
    title: 'secure-backend: False contradicts passthrough',
    rules: ['VAL-12'],
    why: 'With passthrough, the client’s TLS reaches the back end unopened, so the back end must speak TLS. The annotation has no effect, neither as one value nor as JSON by Service.',
    remedy: 'Remove the annotation, and make sure that the back end speaks TLS.',
  },
} as const satisfies Record<string, CatalogueEntry>;
