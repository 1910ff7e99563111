import { posix } from 'node:path';

/** What this kubelet reads of a pod. */
export interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly secret?: {
    readonly secretName: string;
    readonly items?: readonly { readonly key: string; readonly path: string }[];
  };
}

/** A file of a Secret that a container wants to read. */
export interface SecretFile {
  readonly secret: string;
  readonly key: string;
  /** As the container names it. */
  readonly path: string;
}

/** The suite's own back end, whatever version its manifests name. */
export function isEchoServer({ image }: Container): boolean {
  return /(^|\/)echo-basic(:|@|$)/.test(image);
}

/** Names the files of Secrets that the pod's volumes bring into a container. @throws where a volume lists no items. */
export function secretFiles({ spec }: Pod, container: Container): SecretFile[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const secret = spec.volumes?.find((volume) => volume.name === name)?.secret;
    if (secret === undefined) return [];
    if (secret.items === undefined) throw new Error(`volume ${name}: a Secret without items is not supported`);
    return secret.items.map(({ key, path }) => ({
      secret: secret.secretName,
      key,
      path: posix.join(mountPath, path),
    }));
  });
}

const FIELDS: Readonly<Record<string, (pod: Pod) => string>> = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
};

/**
 * Returns the environment of a container.
 *
 * @param placed the real path of each file that the container names.
 * @throws where a value comes from what this kubelet does not know.
 */
export function environment(pod: Pod, container: Container, placed: ReadonlyMap<string, string>): NodeJS.ProcessEnv {
  const entries = (container.env ?? []).map(({ name, value = '', valueFrom }) => {
    if (valueFrom === undefined) return [name, placed.get(value) ?? value];
    const field = FIELDS[valueFrom.fieldRef?.fieldPath ?? ''];
    if (field === undefined) throw new Error(`${name}: ${JSON.stringify(valueFrom)} is not supported`);
    return [name, field(pod)];
  });
  return Object.fromEntries(entries);
}
