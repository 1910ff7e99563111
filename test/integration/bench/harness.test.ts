import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startEngineProcess, writeBatches } from '../../bench/support/engine-process.ts';
import { replay } from '../../bench/support/replay-process.ts';
import { startSimulatorProcess } from '../../bench/support/simulator-process.ts';
import { batches, estate, snapshotEvents } from '../../support/estate.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function simulator() {
  const started = await startSimulatorProcess();
  stops.push(started.process.stop);
  return started;
}

async function recordedEstate(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'nspass-harness-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const [events, calls] = [join(folder, 'events'), join(folder, 'calls')];
  await writeBatches(events, batches(snapshotEvents(estate(count), 1_000, { flagged: true })));
  const { url, process } = await simulator();
  const engine = await startEngineProcess(url);
  stops.push(engine.stop);
  await process.call('record');
  const measured = await engine.call('deliver', events);
  expect(await process.call('recorded', calls)).toBe(measured.requests);
  return { measured, calls, process, engine };
}

describe('what the benchmarks measure with', () => {
  it('the recorded write calls, sent again without logic, make the same configuration', async () => {
    const { measured, calls, process } = await recordedEstate(20);
    const other = await simulator();
    const replayed = await replay({ url: other.url, file: calls, kinds: ['write'] });
    expect(replayed.requests).toBe(measured.writes);
    expect(replayed.sent).toBeLessThan(measured.sent);
    expect(await other.process.call('fingerprint')).toBe(await process.call('fingerprint'));
  });

  it('so does one call for each object', async () => {
    const { measured, calls, process } = await recordedEstate(20);
    const other = await simulator();
    const replayed = await replay({ url: other.url, file: calls, kinds: ['write'], each: true });
    expect(replayed.requests).toBeGreaterThan(20 * 10);
    expect(replayed.requests).toBeGreaterThan(measured.writes);
    expect(await other.process.call('fingerprint')).toBe(await process.call('fingerprint'));
  });

  it('a replayed call that is answered otherwise than when it was recorded is an error', async () => {
    const { calls } = await recordedEstate(2);
    const other = await simulator();
    await replay({ url: other.url, file: calls, kinds: ['write'] });
    await expect(replay({ url: other.url, file: calls, kinds: ['write'] })).rejects.toThrow('is answered with');
  });

  it('an engine that fails says why', async () => {
    const { engine } = await recordedEstate(2);
    await expect(engine.call('deliver', '/no/such/file')).rejects.toThrow('/no/such/file');
  });
});
