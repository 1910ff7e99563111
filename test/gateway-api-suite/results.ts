import { z } from 'zod';

/** What a test must come to: `passed`, or why it is not run. */
const Expected = z.record(
  z.string().regex(/^[A-Za-z0-9]+$/),
  z.union([z.literal('passed'), z.strictObject({ skipped: z.string().min(20) })]),
);
export type Expectations = Readonly<z.infer<typeof Expected>>;

/** Reads conformance/gateway-api/tests.yaml, parsed. @throws where it says anything else. */
export function expectations(parsed: unknown): Expectations {
  return Expected.parse(parsed ?? {});
}

/** Names the tests that are not to be run. */
export function skippedTests(expected: Expectations): string[] {
  return Object.entries(expected).flatMap(([test, wanted]) => (wanted === 'passed' ? [] : [test]));
}

/** Returns whether two reports differ in their dates alone: then the former stays. */
export function sameReport(one: string, other: string): boolean {
  const undated = (text: string): string => text.replace(/^date: .*$/m, '');
  return undated(one) === undated(other);
}

type Verdict = 'PASS' | 'FAIL' | 'SKIP';

/** Reads what became of each test from the output of `go test -v`. Parts of tests do not count. */
export function verdicts(log: string): ReadonlyMap<string, Verdict> {
  const lines = log.matchAll(/^ {4}--- (PASS|FAIL|SKIP): TestConformance\/([A-Za-z0-9]+) /gm);
  return new Map([...lines].map(([, verdict, test]) => [test as string, verdict as Verdict]));
}

/**
 * Compares a run with what was expected of it.
 *
 * @param only the one test that was run; all of them where absent.
 * @returns one sentence for each difference. A test that is skipped and not named has features that are not supported.
 */
export function differences(expected: Expectations, found: ReadonlyMap<string, Verdict>, only?: string): string[] {
  const wanted = Object.entries(expected).filter(([test]) => only === undefined || test === only);
  return [
    ...wanted.flatMap(([test, what]) => {
      const is = found.get(test) ?? 'not run';
      const should = what === 'passed' ? 'PASS' : 'SKIP';
      return is === should ? [] : [`${test}: expected ${should}, was ${is}`];
    }),
    ...[...found].flatMap(([test, is]) =>
      is === 'SKIP' || Object.hasOwn(expected, test) ? [] : [`${test}: ${is}, and nothing was expected of it`],
    ),
  ];
}
