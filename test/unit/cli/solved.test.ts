import { expect, it } from 'vitest';
import { observeSolved } from '../../../lib/cli/local/solved.ts';
import type { ClusterSource, SourceSink } from '../../../lib/forwarder/index.ts';

it('a file is told once when its last problem is gone, behind what came through', async () => {
  let given: SourceSink | undefined;
  const source: ClusterSource = {
    start: async (sink) => {
      given = sink;
    },
    stop: async () => {},
  };
  const seen: string[] = [];
  await observeSolved(source, (file) => seen.push(`solved ${file}`)).start({
    upsert: ({ kind }) => seen.push(`upsert ${kind}`),
    remove: (kind) => seen.push(`remove ${kind}`),
    missing: (kind) => seen.push(`missing ${kind}`),
    synced: (complete) => seen.push(`synced ${complete}`),
    problems: (problems) => seen.push(`${problems.length} problems`),
  });
  const problem = (file: string, line: number) => ({ file, line, message: 'x' });
  given!.problems([problem('a.yaml', 1), problem('a.yaml', 2), problem('b.yaml', 1)]);
  given!.problems([problem('a.yaml', 2)]);
  given!.problems([]);
  given!.problems([]);
  given!.remove('Ingress', 'default', 'a');
  given!.synced(true);
  expect(seen).toEqual([
    '3 problems',
    '1 problems',
    'solved b.yaml',
    '0 problems',
    'solved a.yaml',
    '0 problems',
    'remove Ingress',
    'synced true',
  ]);
});
