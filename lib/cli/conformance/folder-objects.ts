import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Manifest } from '../../conformance/index.ts';
import { replaceFile } from '../replace-file.ts';

const keyOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

/** The objects of each namespace as one file in a folder, as a cluster would hold them. */
export class FolderObjects {
  readonly #namespaces = new Map<string, Map<string, Manifest>>();

  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<FolderObjects> {
    return new FolderObjects(await mkdtemp(join(tmpdir(), 'nspass-conformance-')));
  }

  /** @param now seconds since the epoch: the creation time of new objects. */
  async apply(namespace: string, objects: readonly Manifest[], now: Date): Promise<void> {
    const known = this.#namespaces.get(namespace) ?? new Map<string, Manifest>();
    this.#namespaces.set(namespace, known);
    for (const object of objects) {
      const before = known.get(keyOf(object))?.metadata as { creationTimestamp?: string } | undefined;
      const creationTimestamp = before?.creationTimestamp ?? now.toISOString();
      known.set(keyOf(object), {
        ...object,
        metadata: { ...object.metadata, creationTimestamp } as Manifest['metadata'],
      });
    }
    this.#write(namespace);
  }

  async remove(namespace: string, objects: readonly Manifest[]): Promise<void> {
    const known = this.#namespaces.get(namespace);
    for (const object of objects) known?.delete(keyOf(object));
    this.#write(namespace);
  }

  async forget(namespace: string): Promise<void> {
    this.#namespaces.delete(namespace);
    await rm(this.#file(namespace), { force: true });
  }

  async delete(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #file(namespace: string): string {
    return join(this.folder, `${namespace}.yaml`);
  }

  /** Written without a pause between, since cases that run side by side share the file of the cluster's objects. */
  #write(namespace: string): void {
    const objects = [...(this.#namespaces.get(namespace)?.values() ?? [])];
    replaceFile(this.#file(namespace), objects.map((object) => stringify(object)).join('---\n'));
  }
}
