import type { Feature } from './features.ts';

/** How the users of a controller spell passthrough, and which parts of the suite they cannot ask for. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  /** Annotation that switches passthrough on, with the value `true`. */
  readonly passthrough: string;
  /** Annotation with the address of the front end; undefined where all Ingresses share that of the controller. */
  readonly frontendIp: string | undefined;
  /** Class of the Ingresses, where no other is named. */
  readonly className: string;
  /** `spec.controller` of its IngressClass. */
  readonly controller: string;
  /**
   * What a connection gets whose name no route serves: its end, or the handshake of the controller itself. Cases of TLS-4
   * demand the end of every controller.
   */
  readonly unserved: 'reset' | 'own-certificate';
  /** Parts that the controller cannot have, with the reason. */
  readonly lacks: Readonly<Partial<Record<Feature, string>>>;
}

/** Annotations of this project and of the vendor's controller. */
export const VENDOR = 'ingress.citrix.com/';

const NO_REASONS = 'its Kubernetes Events have other words';
const ONE_ADDRESS = 'all Ingresses share the addresses of the controller';
const ONE_PORT = 'all Ingresses share the ports of the controller';
const OTHER_ANNOTATIONS = 'it has annotations of its own';
const NO_LIMITS = 'it has no such limit';

/** Parts that are this project's alone, or come from the vendor's annotations. */
const OTHERS = {
  'unchecked-objects': 'the API server refuses such objects',
  'second-vip': ONE_ADDRESS,
  'default-vip': ONE_ADDRESS,
  'frontend-ip': ONE_ADDRESS,
  'secure-port': ONE_PORT,
  'tls-required': 'it passes a host through without an entry in tls',
  reasons: NO_REASONS,
  redirect: 'its redirects have annotations of their own',
  annotations: OTHER_ANNOTATIONS,
  'annotation-values': 'it reads other values of its annotation',
  sources: 'it has no annotation for this with passthrough',
  challenges: OTHER_ANNOTATIONS,
  'proxy-protocol': OTHER_ANNOTATIONS,
  'health-checks': 'it takes members by their readiness only',
  'limit-members': NO_LIMITS,
  'limit-hosts': NO_LIMITS,
  'limit-vips': NO_LIMITS,
  'foreign-frontend': 'nobody else has front ends on it',
} as const satisfies Profile['lacks'];

const profiles = {
  nspass: {
    title: 'this project',
    passthrough: `${VENDOR}ssl-passthrough`,
    frontendIp: `${VENDOR}frontend-ip`,
    className: 'citrix',
    controller: 'citrix.com/ingress-controller',
    unserved: 'reset',
    lacks: {},
  },
  netscaler: {
    title: 'the controller of the vendor (netscaler-k8s-ingress-controller)',
    passthrough: `${VENDOR}ssl-passthrough`,
    frontendIp: `${VENDOR}frontend-ip`,
    className: 'citrix',
    controller: 'citrix.com/ingress-controller',
    unserved: 'own-certificate',
    lacks: {
      'unchecked-objects': OTHERS['unchecked-objects'],
      reasons: NO_REASONS,
      annotations: 'cases on annotations show what this project reports about them',
      'limit-members': NO_LIMITS,
      'limit-hosts': NO_LIMITS,
      'limit-vips': NO_LIMITS,
    },
  },
  'ingress-nginx': {
    title: 'ingress-nginx, with --enable-ssl-passthrough',
    passthrough: 'nginx.ingress.kubernetes.io/ssl-passthrough',
    frontendIp: undefined,
    className: 'nginx',
    controller: 'k8s.io/ingress-nginx',
    unserved: 'own-certificate',
    lacks: OTHERS,
  },
  traefik: {
    title: 'Traefik, with its provider for Ingresses of ingress-nginx (kubernetesIngressNGINX)',
    passthrough: 'nginx.ingress.kubernetes.io/ssl-passthrough',
    frontendIp: undefined,
    className: 'nginx',
    controller: 'k8s.io/ingress-nginx',
    unserved: 'own-certificate',
    lacks: OTHERS,
  },
  haproxytech: {
    title: 'HAProxy Kubernetes Ingress Controller (haproxytech/kubernetes-ingress)',
    passthrough: 'haproxy.org/ssl-passthrough',
    frontendIp: undefined,
    className: 'haproxy',
    controller: 'haproxy.org/ingress-controller',
    unserved: 'own-certificate',
    lacks: OTHERS,
  },
  'haproxy-ingress': {
    title: 'HAProxy Ingress (jcmoraisjr/haproxy-ingress)',
    passthrough: 'haproxy-ingress.github.io/ssl-passthrough',
    frontendIp: undefined,
    className: 'haproxy',
    controller: 'haproxy-ingress.github.io/controller',
    unserved: 'own-certificate',
    lacks: OTHERS,
  },
} as const satisfies Record<string, Omit<Profile, 'name'>>;

export type ProfileName = keyof typeof profiles;

/** Returns the profile of a controller. */
export const profileOf = (name: ProfileName): Profile => ({ name, ...profiles[name] });

export const PROFILE_NAMES = Object.keys(profiles) as readonly ProfileName[];
