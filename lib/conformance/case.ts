import type { Member } from '../contract/index.ts';
import type { Feature } from './features.ts';
import type { Profile } from './profile.ts';

/** A Kubernetes object as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Programs that open a connection. */
export type ClientName = 'node' | 'openssl' | 'curl';

/** How a TLS client connects. */
export interface TlsRequest {
  /** Server name of the hello; undefined sends none. */
  readonly host: string | undefined;
  /** 443 if absent. */
  readonly port?: number;
  /** The second VIP of the target instead of the first. */
  readonly second?: boolean;
  /** `node` if absent. */
  readonly client?: ClientName;
  /** Only this version; what the client prefers if absent. */
  readonly version?: '1.2' | '1.3';
  /** Application protocols that are offered, the preferred one first. */
  readonly alpn?: readonly string[];
  /** Sends a client certificate. */
  readonly certificate?: boolean;
  /** Connects twice, the second time with the session of the first. */
  readonly resume?: boolean;
  /** Groups of the key exchange, in the words of OpenSSL. */
  readonly groups?: string;
  /** Size of the hello in bytes, reached by application protocols that nobody speaks. */
  readonly helloBytes?: number;
  /** How the hello travels: byte by byte, or in TLS records of this many bytes. */
  readonly segments?: 'bytes' | { readonly records: number };
}

/** Bytes that are no TLS hello. */
export interface RawRequest {
  readonly bytes: string;
  /** Latin-1 text of the bytes in hexadecimal. */
  readonly name: string;
  readonly port?: number;
}

/** What the client must see. */
export type TlsAnswer =
  | {
      /** Names of the back ends of which one must answer. */
      readonly backends: readonly string[];
      readonly alpn?: string;
      readonly version?: '1.2' | '1.3';
      readonly resumed?: boolean;
      readonly clientCertificate?: boolean;
    }
  /** The connection ends without a byte of the appliance's own: reset, or closed. */
  | 'reset'
  /** No back end answers. Where the profile has nothing else, the connection must end as for `reset`. */
  | 'unserved';

/** One step of a case. The runner repeats an expectation until it holds or its time is over. */
export type CaseStep =
  | { readonly kind: 'apply'; readonly objects: readonly Manifest[] }
  | { readonly kind: 'remove'; readonly objects: readonly Manifest[] }
  | { readonly kind: 'tls'; readonly request: TlsRequest; readonly answer: TlsAnswer }
  | { readonly kind: 'raw'; readonly request: RawRequest }
  | {
      readonly kind: 'http';
      readonly host: string;
      readonly path: string;
      /** Status and Location; undefined where nothing may answer. */
      readonly answer: { readonly status: number; readonly location: string } | undefined;
    }
  /** Addresses in `status.loadBalancer` of an Ingress. */
  | { readonly kind: 'address'; readonly ingress: string; readonly addresses: readonly string[] }
  /** A finding or an outcome that the Ingress is told. */
  | { readonly kind: 'reason'; readonly ingress: string; readonly reason: string }
  /** Opens a connection that later steps use. */
  | { readonly kind: 'open'; readonly name: string; readonly host: string; readonly backend: string }
  /** The connection still answers. */
  | { readonly kind: 'alive'; readonly name: string; readonly backend: string }
  /** Over many new connections, each of these back ends answers, and no other. */
  | { readonly kind: 'spread'; readonly host: string; readonly backends: readonly string[] };

/** A node of the cluster on which a back end answers, whatever node port it is asked at. */
export interface SuiteNode {
  readonly name: string;
  readonly address: string;
}

/** What the configuration of a target refuses. */
export interface Limits {
  /** Address of a member that `memberNetworks` does not hold. */
  readonly member: string | undefined;
  /** Host that `hostOwnership` gives to other namespaces. */
  readonly host: string | undefined;
  /** Front-end address that `frontendIPs` does not hold. */
  readonly vip: string | undefined;
  /** A front end of somebody else. */
  readonly frontend: { readonly address: string; readonly port: number } | undefined;
}

/** What a case is built with. */
export interface CaseScope {
  /** Namespace of the case: nobody else uses it. */
  readonly namespace: string;
  /** Returns a host of this case alone. `host('*')` is a wildcard over one label. */
  host(label?: string): string;
  readonly vip: string;
  /** Present with the feature `second-vip`. */
  readonly secondVip: string;
  readonly className: string;
  readonly profile: Profile;
  /** Each entry is present with its feature. */
  readonly limits: Limits;
  /** Returns address and port of a back end, as the appliance reaches it. */
  member(backend: string): Member;
  /** Returns the node of a back end; with the feature `nodes`. */
  node(backend: string): SuiteNode;
}

/** One behaviour that a client of the data plane or of the Kubernetes API can see. */
export interface ConformanceCase {
  /** Unique; also part of host names: lower case, digits and hyphens, at most 40 characters. */
  readonly id: string;
  /** Rules of docs/conformance.md that it shows. */
  readonly rules: readonly string[];
  readonly title: string;
  readonly needs: readonly Feature[];
  /** The program that must be on the PATH. */
  readonly client?: 'openssl' | 'curl';
  steps(scope: CaseScope): readonly CaseStep[];
}
