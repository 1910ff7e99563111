import { isDeepStrictEqual } from 'node:util';
import { firstOf } from '../../contract/index.ts';
import type { K8sObject } from '../../ingress/kubernetes.ts';
import { duplicate, type LocatedObject, type Manifests, objectId } from './manifests.ts';
import type { SourceProblem, SourceSink } from './source.ts';

interface FileState {
  readonly objects: ReadonlyMap<string, LocatedObject>;
  readonly problems: readonly SourceProblem[];
  /** Whether part of the file could never be read. */
  readonly hides: boolean;
}

/**
 * Merges the files of a folder and reports the differences to a sink. It is pure bookkeeping.
 *
 * A file that becomes unreadable keeps its objects: they do not count as deleted until the file can be read again, or is
 * deleted itself (LIF-6).
 */
export class ManifestSet {
  readonly #files = new Map<string, FileState>();
  #reported = new Map<string, K8sObject>();

  /** Takes the current content of a file. */
  read(file: string, { objects, problems, unreadable }: Omit<Manifests, 'gatewayObjects'>): void {
    const known = this.#files.get(file);
    const now = new Map(objects.map((located) => [objectId(located.object), located]));
    if (!unreadable) {
      this.#files.set(file, { objects: now, problems, hides: false });
      return;
    }
    const kept = [...(known?.objects ?? [])].filter(([id]) => !now.has(id));
    this.#files.set(file, {
      objects: new Map([...kept, ...now]),
      problems: [
        ...problems,
        ...this.#keeping(
          file,
          kept.map(([id]) => id),
        ),
      ],
      hides: known === undefined || known.hides,
    });
  }

  /** Takes a file that cannot be read at all. */
  unreadable(file: string, message: string): void {
    this.read(file, { objects: [], problems: [{ file, line: 1, message }], unreadable: true });
  }

  delete(file: string): void {
    this.#files.delete(file);
  }

  get files(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** Whether every file could be read at least once, so that nothing is hidden. */
  get complete(): boolean {
    return [...this.#files.values()].every((file) => !file.hides);
  }

  /**
   * Reports the differences since the last report, and all problems.
   *
   * @param doubtful the folder is another one than before, so missing objects may still exist.
   */
  report(sink: SourceSink, further: readonly SourceProblem[], doubtful = false): void {
    const { objects, problems } = this.#merge();
    for (const [id, object] of objects) {
      if (!isDeepStrictEqual(this.#reported.get(id), object)) sink.upsert(object);
    }
    const gone = [...this.#reported].filter(([id]) => !objects.has(id)).map(([, object]) => object);
    if (doubtful) {
      for (const [kind, some] of Map.groupBy(gone, (object) => object.kind)) {
        sink.missing(
          kind,
          some.map(({ metadata: { namespace, name } }) => ({ namespace, name })),
        );
      }
    } else for (const { kind, metadata } of gone) sink.remove(kind, metadata.namespace, metadata.name);
    this.#reported = objects;
    sink.problems([...problems, ...further]);
  }

  /** Returns the objects of all files; the last file wins, as with `kubectl apply -f`. */
  #merge(): { objects: Map<string, K8sObject>; problems: SourceProblem[] } {
    const places = new Map<string, { file: string; line: number }>();
    const objects = new Map<string, K8sObject>();
    const problems: SourceProblem[] = [];
    for (const file of [...this.#files.keys()].sort()) {
      const state = this.#files.get(file) as FileState;
      problems.push(...state.problems);
      for (const [id, { object, line }] of state.objects) {
        const earlier = places.get(id);
        if (earlier !== undefined) problems.push(duplicate(id, earlier, { file, line }));
        places.set(id, { file, line });
        objects.set(id, object);
      }
    }
    return { objects, problems };
  }

  #keeping(file: string, ids: readonly string[]): SourceProblem[] {
    if (ids.length === 0) return [];
    return [
      { file, line: 1, message: `until it is readable again, its last content stays in force: ${firstOf(ids, 3)}` },
    ];
  }
}
