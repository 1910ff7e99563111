import { workerData } from 'node:worker_threads';
import { breaks, minimise, runCampaign } from './campaign.ts';
import { corpusOf } from './corpus.ts';
import { targetNamed } from './targets/index.ts';
import { BEATS, INPUT_AT, LENGTH, type WorkerOrder, type WorkerReport } from './watch.ts';

/** Runs one campaign. It notes each input in shared memory before the parser gets it, so that a hang can be told. */
const { target: name, seed, inputs, shared, port } = workerData as WorkerOrder;
const target = targetNamed(name);
const words = new Int32Array(shared, 0, INPUT_AT / 4);
const bytes = new Uint8Array(shared, INPUT_AT);

const note = (input: Buffer): void => {
  bytes.set(input.subarray(0, bytes.length));
  words[LENGTH] = input.length;
  Atomics.add(words, BEATS, 1);
};

const kept = corpusOf(name).map(({ input }) => input);
const { crash, ...result } = await runCampaign(target, { seed, inputs, kept, before: note });
const minimal = crash === undefined ? undefined : await minimise(target, crash.input);
const report: WorkerReport = {
  ...result,
  ...(crash === undefined ? {} : { crash: { ...crash, minimal: minimal ?? crash.input } }),
  ...(minimal === undefined ? {} : { minimalReason: (await breaks(target, minimal)) ?? '' }),
};
port.postMessage(report);
