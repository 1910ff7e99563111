import { checkFaultRules, type FaultRule, FaultRulesInvalid, type OnExchange } from '../simulator/index.ts';
import type { StandIn, StandInOptions, Upstream } from '../simulator/recording/index.ts';
import type { ApplianceGiven } from './appliance-options.ts';
import type { ApplianceReporter } from './appliance-report.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage.ts';

/** Milliseconds without a byte from an appliance after which a request is given up. A save may take this long. */
const IDLE_MS = 120_000;

/** Reads the rules of `--faults`. @throws {UsageError} */
export function faultRulesIn(path: string): FaultRule[] {
  const text = readText(path);
  try {
    return checkFaultRules(JSON.parse(text));
  } catch (error) {
    if (error instanceof FaultRulesInvalid) throw new UsageError(`${path}: ${error.message}`, { cause: error });
    throw new UsageError(`${path} is not JSON.`, { cause: error });
  }
}

/** Appends what it is told to a file, until it is closed. */
export interface OpenRecorder {
  readonly onExchange: OnExchange;
  close(): void;
}

/** Opens the file of `--record`. @throws {UsageError} */
export async function openRecorder(path: string, report: ApplianceReporter): Promise<OpenRecorder> {
  const { Recorder, recordOf } = await import('../simulator/recording/index.ts');
  let recorder: InstanceType<typeof Recorder>;
  try {
    recorder = new Recorder(path);
  } catch (error) {
    throw UsageError.of(Object.assign(error as Error, { path }));
  }
  return {
    onExchange(request, reply) {
      try {
        recorder.add(recordOf(request, reply));
      } catch (error) {
        // The client gets an error, too: a recording with a gap would be taken for a whole one.
        report.note(`cannot record in ${path}: ${(error as Error).message}`);
        throw error;
      }
    },
    close: () => recorder.close(),
  };
}

/** Starts the server of `--replay`. @throws {UsageError} */
export async function replayOf(path: string, options: StandInOptions): Promise<StandIn> {
  const { parseRecording, RecordInvalid, Recording, startReplay } = await import('../simulator/recording/index.ts');
  const text = readText(path);
  try {
    return await startReplay(new Recording(parseRecording(text)), path, options);
  } catch (error) {
    if (error instanceof RecordInvalid) throw new UsageError(`${path}: ${error.message}.`, { cause: error });
    throw error;
  }
}

function upstreamOf(url: string, ca: string | undefined): Upstream {
  const parsed = new URL(url);
  if (parsed.pathname !== '/') throw new UsageError('--upstream has a path: name only scheme, host and port.');
  return { url: parsed, idleMs: IDLE_MS, ...(ca === undefined ? {} : { ca: readText(ca) }) };
}

/** Starts the server of `--upstream`. @throws {UsageError} */
export async function proxyOf(
  { upstream, ca }: Pick<ApplianceGiven, 'ca'> & { readonly upstream: string },
  options: StandInOptions,
): Promise<StandIn> {
  const { startProxy } = await import('../simulator/recording/index.ts');
  return startProxy(upstreamOf(upstream, ca), options);
}
