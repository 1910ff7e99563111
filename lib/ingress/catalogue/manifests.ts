import type { CatalogueEntry } from './entry.ts';

/** Selection, manifests, and the limits of events (SEL-1, SEL-2, SEL-4, REP-2, REP-3). */
export const MANIFEST_FINDINGS = {
  ClassNotOurs: {
    severity: 'warning',
    title: 'Passthrough requested with a class of another controller',
    rules: ['SEL-2'],
    why: 'The annotation requests passthrough, but the class decides which controller handles an Ingress, and this class belongs to another one. In a cluster, such an Ingress is skipped silently; only nspass lint and nspass local report it.',
    remedy:
      'Name a class whose IngressClass has the controller citrix.com/ingress-controller, or pass this class with --class if it is such a class.',
  },
  FindingsOmitted: {
    severity: 'warning',
    title: 'Too many findings for one event',
    rules: ['REP-2', 'REP-3'],
    why: 'Outcomes are events of limited size, so only the first findings of an Ingress are listed, errors before warnings.',
    remedy: 'Correct the listed findings, or run nspass lint on the manifest: it lists all of them.',
  },
  IngressTooLarge: {
    severity: 'error',
    title: 'Ingress too large for an event',
    rules: ['protocol rule 13'],
    why: 'An Ingress travels whole in one event, whose size the bus limits. It is never cut.',
    remedy: 'Split the Ingress into several with fewer hosts or back ends.',
  },
  KindNotRead: {
    severity: 'warning',
    title: 'Resource of a kind that is not read',
    rules: ['SEL-4', 'END-1'],
    why: 'Only Ingresses and TLSRoutes request passthrough, and only EndpointSlices supply members. Other kinds with the same purpose are ignored, and so are old versions of TLSRoute.',
    remedy: 'Write an Ingress with the annotation ingress.citrix.com/ssl-passthrough, or an EndpointSlice.',
  },
  ManifestInvalid: {
    severity: 'error',
    title: 'Invalid manifest',
    rules: ['VAL-1', 'VAL-7'],
    why: 'The API server would reject the manifest: a field is missing, has the wrong type, or is of an old API version. An unreadable field is treated as absent.',
    remedy: 'Correct the field.',
  },
  PassthroughNotRequested: {
    severity: 'warning',
    title: 'Passthrough not requested',
    rules: ['SEL-1', 'SEL-4'],
    why: 'Only ingress.citrix.com/ssl-passthrough enables passthrough. Another spelling, or the annotation of another controller, does not. In a cluster, such an Ingress is skipped silently; only nspass lint and nspass local report it.',
    remedy: 'To pass TLS of its hosts through, write ingress.citrix.com/ssl-passthrough: "true".',
  },
} as const satisfies Record<string, CatalogueEntry>;
