import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

/** Places in the memory that a campaign shares with its watch: a count of inputs, the length of the current one, its bytes. */
export const BEATS = 0;
export const LENGTH = 1;
export const INPUT_AT = 16;
const LARGEST_INPUT = 1024 * 1024;

export interface WorkerOrder {
  readonly target: string;
  readonly seed: number;
  readonly inputs: number;
  readonly shared: SharedArrayBuffer;
  readonly port: MessagePort;
}

export interface WorkerReport {
  readonly inputs: number;
  readonly outcomes: number;
  readonly crash?: { readonly input: Uint8Array; readonly minimal: Uint8Array; readonly reason: string };
  readonly minimalReason?: string;
}

/** What came of a campaign: its report, or the input that the parser did not finish. */
export type WatchedResult = WorkerReport | { readonly inputs: number; readonly hang: Buffer };

/** Seconds after which one input counts as a hang. */
const HANG_SECONDS = 60;
const LOOK_MS = 1_000;

/** Runs a campaign in a thread of its own, and ends it when one input takes too long. */
export function watchedCampaign(
  order: Pick<WorkerOrder, 'target' | 'seed' | 'inputs'>,
  progress: (inputs: number) => void,
): Promise<WatchedResult> {
  const shared = new SharedArrayBuffer(INPUT_AT + LARGEST_INPUT);
  const words = new Int32Array(shared, 0, INPUT_AT / 4);
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(new URL('worker.ts', import.meta.url)), {
      workerData: { ...order, shared, port: port2 },
      transferList: [port2],
    });
    let [seen, still] = [-1, 0];
    const timer = setInterval(() => {
      const now = Atomics.load(words, BEATS);
      still = now === seen ? still + 1 : 0;
      seen = now;
      progress(now);
      // A crash is made smaller without a beat.
      if (still < HANG_SECONDS || now === 0) return;
      end();
      void worker.terminate();
      const length = Math.min(words[LENGTH] ?? 0, LARGEST_INPUT);
      resolve({ inputs: now, hang: Buffer.from(new Uint8Array(shared, INPUT_AT, length)) });
    }, LOOK_MS);
    const end = (): void => {
      clearInterval(timer);
      port1.close();
    };
    port1.once('message', (report: WorkerReport) => {
      end();
      resolve(report);
    });
    worker.once('error', (error) => {
      end();
      reject(error);
    });
  });
}
