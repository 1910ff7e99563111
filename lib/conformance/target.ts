import type { Member } from '../contract/index.ts';
import type { Limits, Manifest, SuiteNode } from './case.ts';
import type { ClientEndpoint } from './clients/endpoint.ts';
import type { Feature } from './features.ts';
import type { Profile } from './profile.ts';

/** A deployment that is tested. The suite sees it as its users do: by the Kubernetes API, and by TCP. */
export interface ConformanceTarget {
  /** For the report. */
  readonly name: string;
  readonly features: ReadonlySet<Feature>;
  readonly profile: Profile;
  readonly className: string;
  readonly vip: string;
  readonly secondVip: string | undefined;
  /** Returns the address of a back end, as the appliance reaches it. */
  member(backend: string): Member;
  /** Returns a node whose every node port leads to the back end; for targets with the feature `nodes`. */
  node(backend: string): SuiteNode;
  readonly limits: Limits;
  /** Returns where a client reaches an address and port of a front end; undefined while nothing listens there. */
  endpoint(vip: string, port: number): ClientEndpoint | undefined;
  /** Prepares a namespace. */
  begin(namespace: string): Promise<void>;
  /** Creates or replaces objects. Those that the API refuses as invalid have no effect. */
  apply(objects: readonly Manifest[]): Promise<void>;
  remove(objects: readonly Manifest[]): Promise<void>;
  /** Removes a namespace with all that it holds. */
  end(namespace: string): Promise<void>;
  /** Returns the addresses in the status of an Ingress. */
  addresses(namespace: string, ingress: string): Promise<readonly string[]>;
  /** Returns the outcomes and findings that an Ingress was told. */
  reasons(namespace: string, ingress: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}
