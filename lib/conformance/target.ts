import type { Member } from '../contract/index.ts';
import type { Feature, Manifest } from './case.ts';
import type { ClientEndpoint } from './clients/endpoint.ts';

/** A deployment that is tested. The suite sees it as its users do: by the Kubernetes API, and by TCP. */
export interface ConformanceTarget {
  /** For the report. */
  readonly name: string;
  readonly features: ReadonlySet<Feature>;
  readonly className: string;
  readonly vip: string;
  readonly secondVip: string | undefined;
  /** Returns the address of a back end, as the appliance reaches it. */
  member(backend: string): Member;
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
