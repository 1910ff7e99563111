import type { DescribeReplayResponse, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { ReplayUnfinished, replayArchive } from '../../../lib/aws/replay.ts';

/** A service whose replay goes through these states; CANCELLED once it is cancelled. */
function service(states: string[]) {
  const calls: [string, unknown][] = [];
  let cancelled = false;
  const client = {
    async send(command: { input: unknown }): Promise<unknown> {
      const name = command.constructor.name;
      calls.push([name, command.input]);
      if (name === 'CancelReplayCommand') cancelled = true;
      if (name !== 'DescribeReplayCommand') return {};
      const State = cancelled ? 'CANCELLED' : (states.shift() ?? 'RUNNING');
      return { State, EventLastReplayedTime: new Date(5), StateReason: 'because' } as DescribeReplayResponse;
    },
  } as unknown as Pick<EventBridgeClient, 'send'>;
  const options = { client, name: 'r1', archiveArn: 'a', busArn: 'b', from: new Date(0), to: new Date(9) };
  return { calls, options: { ...options, sleep: async () => undefined } };
}

describe('replayArchive', () => {
  it('starts the replay and waits until it is completed', async () => {
    const { calls, options } = service(['STARTING', 'RUNNING', 'COMPLETED']);
    const states: string[] = [];
    await replayArchive({ ...options, ruleArns: ['rule'], onProgress: ({ state }) => void states.push(state) });
    expect(calls[0]).toEqual([
      'StartReplayCommand',
      {
        ReplayName: 'r1',
        EventSourceArn: 'a',
        EventStartTime: new Date(0),
        EventEndTime: new Date(9),
        Destination: { Arn: 'b', FilterArns: ['rule'] },
      },
    ]);
    expect(states).toEqual(['STARTING', 'RUNNING', 'COMPLETED']);
  });

  it.each(['FAILED', 'CANCELLED'])('says so when it ended %s', async (state) => {
    const { options } = service(['RUNNING', state]);
    const error = await replayArchive(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ReplayUnfinished);
    expect(error).toMatchObject({ state, message: `replay r1 is ${state}: because` });
  });

  it('leaves it to itself when told to: it goes on', async () => {
    const { calls, options } = service(['RUNNING', 'RUNNING']);
    expect(await replayArchive({ ...options, signal: AbortSignal.abort(), onAbort: 'leave' })).toBe(false);
    expect(calls.map(([name]) => name)).toEqual(['StartReplayCommand', 'DescribeReplayCommand']);
  });

  it('cancels it once when told to, and waits for the end', async () => {
    const { calls, options } = service(['RUNNING', 'RUNNING']);
    const signal = AbortSignal.abort();
    await expect(replayArchive({ ...options, signal })).rejects.toThrow('replay r1 is CANCELLED');
    expect(calls.filter(([name]) => name === 'CancelReplayCommand')).toHaveLength(1);
  });
});
