/**
 * Kubernetes objects, projected to the fields that the rules read. Fields that the API server requires are optional
 * here, because a folder of YAML may lack them: the rules then report a finding and never throw.
 */

/** Label that ties an EndpointSlice to its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** Label of the Ingresses that cert-manager makes for challenges by HTTP-01. */
export const ACME_SOLVER_LABEL = 'acme.cert-manager.io/http01-solver';

export interface ObjectMeta {
  readonly name: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly uid?: string;
  /** RFC 3339; the epoch where absent. */
  readonly creationTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface K8sBackend {
  readonly service?: { readonly name?: string; readonly port?: { readonly number?: number; readonly name?: string } };
  readonly resource?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
}

export interface K8sIngress {
  readonly kind: 'Ingress';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: K8sBackend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly {
          readonly path?: string;
          readonly pathType?: string;
          readonly backend?: K8sBackend;
        }[];
      };
    }[];
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
  };
}

export interface K8sIngressClass {
  readonly kind: 'IngressClass';
  /** The annotation `ingressclass.kubernetes.io/is-default-class` marks the default class. */
  readonly metadata: ObjectMeta;
  readonly spec: { readonly controller?: string };
}

export interface K8sService {
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec: {
    /** ClusterIP where absent. */
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalTrafficPolicy?: string;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port?: number;
      readonly targetPort?: number | string;
      readonly nodePort?: number;
      readonly protocol?: string;
    }[];
  };
}

export interface K8sEndpointSlice {
  readonly kind: 'EndpointSlice';
  /** The label `kubernetes.io/service-name` names the Service. */
  readonly metadata: ObjectMeta;
  readonly addressType?: string;
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
    readonly nodeName?: string;
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
}

export interface K8sNode {
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly addresses?: readonly { readonly type?: string; readonly address?: string }[];
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  };
}

export type K8sObject = K8sIngress | K8sIngressClass | K8sService | K8sEndpointSlice | K8sNode;
export type K8sKind = K8sObject['kind'];

/** The objects of a cluster that selection and back-end resolution read (indexes of the forwarder). */
export interface ClusterView {
  service(namespace: string, name: string): K8sService | undefined;
  endpointSlices(namespace: string, service: string): Iterable<K8sEndpointSlice>;
  nodes(): Iterable<K8sNode>;
  ingressClasses(): Iterable<K8sIngressClass>;
}
