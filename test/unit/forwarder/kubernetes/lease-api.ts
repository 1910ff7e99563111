import type { V1Lease } from '@kubernetes/client-node';
import type { ApiRequest, KubernetesApi } from '../../../../lib/forwarder/kubernetes/api.ts';
import { ApiError } from '../../../../lib/forwarder/kubernetes/api-error.ts';

/** What becomes of a request. */
export type Fate = 'served' | 'refused' | 'lost' | 'answer lost' | 'hangs';

/** Lets a request have its fate. */
export async function suffer<T>(fate: Fate, serve: () => T | Promise<T>): Promise<T> {
  if (fate === 'hangs') return new Promise<T>(() => {});
  if (fate === 'lost') throw new Error('ECONNRESET');
  if (fate === 'refused') throw new ApiError(500, 'InternalError', 'etcd');
  const answer = await serve();
  if (fate === 'answer lost') throw new Error('ECONNRESET');
  return answer;
}

/** A server of one Lease, in memory: each request is dealt with in one step. */
export class LeaseApi implements KubernetesApi {
  lease: V1Lease | undefined;
  writes = 0;
  #version = 1;
  /** Decides what becomes of each request. */
  fate: () => Fate = () => 'served';

  call<T>(request: ApiRequest): Promise<T> {
    return suffer(this.fate(), () => structuredClone(this.#serve(request)) as T);
  }

  #serve({ method = 'GET', body }: ApiRequest): V1Lease {
    const given = body as V1Lease | undefined;
    if (method === 'POST') {
      if (this.lease !== undefined) throw new ApiError(409, 'AlreadyExists', 'already exists');
      return this.put(given as V1Lease);
    }
    if (this.lease === undefined) throw new ApiError(404, 'NotFound', 'not found');
    if (method === 'GET') return this.lease;
    if (given?.metadata?.resourceVersion !== this.lease.metadata?.resourceVersion) {
      throw new ApiError(409, 'Conflict', 'the object has been modified');
    }
    return this.put({
      metadata: { annotations: { ...this.lease.metadata?.annotations, ...given?.metadata?.annotations } },
      spec: { ...this.lease.spec, ...given?.spec },
    });
  }

  put(lease: V1Lease): V1Lease {
    this.#version += 1;
    this.writes += 1;
    this.lease = structuredClone({ ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.#version) } });
    return this.lease;
  }

  stream(): Promise<AsyncIterable<Buffer>> {
    return Promise.reject(new Error('a Lease is not watched'));
  }

  close(): void {}
}
