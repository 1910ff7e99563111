import type { ObjectMeta } from '../ingress/kubernetes.ts';

/**
 * Objects of the Gateway API (`gateway.networking.k8s.io/v1`), projected to the fields that the rules read. Fields that the
 * API server requires are optional here: the rules report their absence and never throw. The comments of
 * `sigs.k8s.io/gateway-api/apis/v1` are the source of every meaning.
 */

/** The API group of every object here, except Namespaces. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

export interface GatewayMeta extends ObjectMeta {
  /** Number of the version of `spec`, which conditions name as observed. */
  readonly generation?: number;
}

export interface K8sGatewayClass {
  readonly kind: 'GatewayClass';
  readonly metadata: GatewayMeta;
  readonly spec: { readonly controllerName?: string; readonly parametersRef?: K8sParametersRef };
}

export interface K8sParametersRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
}

export interface K8sGatewayAddress {
  /** `IPAddress` where absent. */
  readonly type?: string;
  /** Absent where any address will do. */
  readonly value?: string;
}

/** An expression of a label selector: `In`, `NotIn`, `Exists` or `DoesNotExist`. */
export interface K8sLabelExpression {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

export interface K8sLabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly K8sLabelExpression[];
}

export interface K8sRouteKind {
  /** {@link GATEWAY_GROUP} where absent. */
  readonly group?: string;
  readonly kind?: string;
}

export interface K8sCertificateRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface K8sListener {
  readonly name?: string;
  readonly hostname?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly tls?: { readonly mode?: string; readonly certificateRefs?: readonly K8sCertificateRef[] };
  readonly allowedRoutes?: {
    readonly namespaces?: {
      /** `Same` where absent. */
      readonly from?: string;
      readonly selector?: K8sLabelSelector;
    };
    readonly kinds?: readonly K8sRouteKind[];
  };
}

export interface K8sGateway {
  readonly kind: 'Gateway';
  readonly metadata: GatewayMeta;
  readonly spec: {
    readonly gatewayClassName?: string;
    readonly listeners?: readonly K8sListener[];
    readonly addresses?: readonly K8sGatewayAddress[];
    /** `spec.infrastructure.parametersRef`. */
    readonly parametersRef?: K8sParametersRef;
  };
}

export interface K8sParentRef {
  /** {@link GATEWAY_GROUP} where absent. */
  readonly group?: string;
  /** `Gateway` where absent. */
  readonly kind?: string;
  /** The namespace of the route where absent. */
  readonly namespace?: string;
  readonly name?: string;
  /** Name of a listener; any listener where absent. */
  readonly sectionName?: string;
  readonly port?: number;
}

export interface K8sRouteBackendRef {
  /** The core group where absent. */
  readonly group?: string;
  /** `Service` where absent. */
  readonly kind?: string;
  /** The namespace of the route where absent. */
  readonly namespace?: string;
  readonly name?: string;
  readonly port?: number;
  /** 1 where absent. */
  readonly weight?: number;
}

export interface K8sTlsRoute {
  readonly kind: 'TLSRoute';
  readonly metadata: GatewayMeta;
  readonly spec: {
    readonly parentRefs?: readonly K8sParentRef[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly { readonly backendRefs?: readonly K8sRouteBackendRef[] }[];
  };
}

export interface K8sReferenceGrant {
  readonly kind: 'ReferenceGrant';
  /** The grant is about objects of its own namespace. */
  readonly metadata: GatewayMeta;
  readonly spec: {
    readonly from?: readonly { readonly group?: string; readonly kind?: string; readonly namespace?: string }[];
    /** Without a name, all objects of the kind. */
    readonly to?: readonly { readonly group?: string; readonly kind?: string; readonly name?: string }[];
  };
}

export interface K8sNamespace {
  readonly kind: 'Namespace';
  /** The labels, by which listeners select namespaces. */
  readonly metadata: GatewayMeta;
}

export type GatewayObject = K8sGatewayClass | K8sGateway | K8sTlsRoute | K8sReferenceGrant | K8sNamespace;
export type GatewayKind = GatewayObject['kind'];
