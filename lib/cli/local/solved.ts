import type { ClusterSource, SourceSink } from '../../forwarder/index.ts';

/**
 * A source that also says which file had a problem and has none any more: who mends a file waits for that word.
 *
 * @param tell is called once for each file, with its name as problems carry it.
 */
export function tellSolved(source: ClusterSource, tell: (file: string) => void): ClusterSource {
  return {
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
          for (const file of solved) tell(file);
        },
      };
      return source.start(watching);
    },
    stop: () => source.stop(),
  };
}
