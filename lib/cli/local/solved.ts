import type { ClusterSource, SourceSink } from '../../forwarder/index.ts';

/**
 * Wraps a source to report files whose problems are all fixed, so that a user who corrects a file sees the effect.
 *
 * @param onSolved is called once for each file, with its name as problems carry it.
 */
export function observeSolved(source: ClusterSource, onSolved: (file: string) => void): ClusterSource {
  return {
    get readsGateways() {
      return source.readsGateways === true;
    },
    start: (sink) => {
      let before: ReadonlySet<string> = new Set();
      const watching: SourceSink = {
        upsert: (object) => sink.upsert(object),
        remove: (kind, namespace, name) => sink.remove(kind, namespace, name),
        missing: (kind, objects) => sink.missing(kind, objects),
        synced: (complete) => sink.synced(complete),
        problems: (problems) => {
          const now = new Set(problems.map(({ file }) => file));
          const solved = [...before].filter((file) => !now.has(file));
          before = now;
          sink.problems(problems);
          for (const file of solved) onSolved(file);
        },
      };
      return source.start(watching);
    },
    stop: () => source.stop(),
  };
}
