import { describe, expect, it } from 'vitest';
import { Progress } from '../../../lib/cli/progress.ts';

describe('what takes long is said, on one line that goes', () => {
  function at(times: number[]) {
    const written: string[] = [];
    const clock = [0, ...times];
    const progress = new Progress(
      (text) => written.push(text),
      () => clock.shift() as number,
    );
    return { progress, written };
  }

  it('after a second', () => {
    const { progress, written } = at([999, 1_000, 1_500]);
    for (const what of ['a', 'b', 'c']) progress.next(what);
    progress.end();
    progress.end();
    expect(written).toEqual(['\r\u001b[Kb …', '\r\u001b[Kc …', '\r\u001b[K']);
  });

  it('at once for a large file', () => {
    const { progress, written } = at([0]);
    progress.next('reading a', 5 * 1024 * 1024);
    expect(written).toEqual(['\r\u001b[Kreading a …']);
  });

  it('never where nothing took long, or nobody looks', () => {
    const { progress, written } = at([0]);
    progress.next('a');
    progress.end();
    expect(written).toEqual([]);
    const blind = new Progress(undefined, () => 5_000);
    expect(() => {
      blind.next('a', 1e9);
      blind.end();
    }).not.toThrow();
  });
});
