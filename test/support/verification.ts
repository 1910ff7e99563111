import { connect } from 'node:net';
import type { ApplianceBehaviour, FactId, FactValue } from '../../lib/appliance-facts/index.ts';
import { FACT_IDS, factOf } from '../../lib/appliance-facts/index.ts';
import { createTransport, NitroSession } from '../../lib/nitro/index.ts';
import { selfSigned } from '../../lib/nitro/self-signed.ts';
import { DEFAULT_BEHAVIOUR } from '../../lib/simulator/behaviour.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../lib/simulator/index.ts';
import {
  ProbeTools,
  type Verification,
  type VerificationOptions,
  type VerificationSettings,
  verify,
  type Waits,
  type Wire,
} from '../../lib/verification/index.ts';
import { patient } from './patience.ts';

/** The lent front end of the tests. */
export const LENT = { address: '192.0.2.10', port: 443 } as const;
export const NOTHING: VerificationSettings = { partition: false };
export const EVERYTHING: VerificationSettings = { partition: true, frontEnd: LENT, backEndAddress: '127.0.0.1' };
const PARTITION = 'verify';

/** The idle time-out is over well before the wait for it is: both run in this process. */
const SHORT: Waits = { answerMs: 2_000, pauseMs: 20, idleSeconds: 1, idleMs: 2_000 };

const certificate = selfSigned({ commonName: 'nspass-verify.invalid', algorithm: 'ecdsa', days: 1, now: Date.now() });

/** Objects of somebody else, which no run may touch, some with names that begin almost alike. */
const OTHERS = `add ns partition ${PARTITION}
add lb vserver nsp-shop TCP 0.0.0.0 0 -comment "nsp1;s=nsp"
add lb vserver nspassverifyother TCP 0.0.0.0 0 -comment "nsp1;s=nspassverify"
add server 203.0.113.9 203.0.113.9
add policy stringmap nsp_f_192_0_2_10_443
`;

/** Starts a simulator with the objects of others. */
export function appliance(options: SimulatorOptions = {}): Promise<Simulator> {
  return startSimulator({ config: OTHERS, ...options });
}

/** A session that repeats a request once, where that is allowed. */
function sessionWith(url: string, partition?: string, username = 'nsroot'): NitroSession {
  return new NitroSession({
    name: 'appliance',
    transports: [createTransport(url, { verify: true }, patient(30_000))],
    credentials: async () => ({ username, password: 'nsroot' }),
    idleSeconds: 300,
    ...(partition === undefined ? {} : { partition }),
    backoff: {
      attempts: 2,
      baseMs: 1,
      maxMs: 1,
      random: () => 0,
      sleep: async () => {},
      remainingMs: () => Number.POSITIVE_INFINITY,
    },
  });
}

export interface ToolOptions {
  readonly settings?: VerificationSettings;
  readonly stopped?: () => boolean;
  readonly waits?: Partial<Waits>;
  readonly username?: string;
  /** Opens connections to something else than the simulator. */
  readonly connect?: Wire['connect'];
}

/** The tools of the probes, on a simulator. */
export function toolsFor(
  simulator: Simulator,
  { settings = NOTHING, stopped = () => false, waits = {}, username, connect: connectTo }: ToolOptions = {},
): ProbeTools {
  const session = sessionWith(simulator.url, settings.partition ? PARTITION : undefined, username);
  return new ProbeTools(session, settings, {
    stopped,
    wire: {
      connect:
        connectTo ??
        ((address, port) => connect(simulator.frontends.get(`${address}:${port}`) ?? { host: '127.0.0.1', port: 1 })),
      after: (ms) => new Promise((resolve) => void setTimeout(resolve, ms).unref()),
      certificate: () => certificate,
      waits: { ...SHORT, ...waits },
    },
  });
}

export const PATIENT: VerificationOptions = { remainingMs: () => 1, beforeCleaning: () => {} };

/** Verifies a simulator. */
export async function verified(
  simulator: Simulator,
  options: ToolOptions = {},
  more: Partial<VerificationOptions> = {},
): Promise<Verification> {
  return verify(toolsFor(simulator, options), { ...PATIENT, ...more });
}

/** Returns everything that an appliance has: configuration and files. */
export async function everything(simulator: Simulator): Promise<string> {
  const files = await fetch(`${simulator.url}/nitro/v1/config/systemfile?args=filelocation:%2Fnsconfig%2Fssl`, {
    headers: { 'X-NITRO-USER': 'nsroot', 'X-NITRO-PASS': 'nsroot' },
  });
  const names = [...(await files.text()).matchAll(/"filename": "([^"]*)"/g)].map(([, name]) => name);
  return `${simulator.runningConfig()}\nfiles: ${names.join(' ')}`;
}

/** Returns every value of a fact but the simulator's own. */
function otherValues(id: FactId): FactValue[] {
  const { values } = factOf(id);
  const all = values === 'yes-no' ? [true, false] : values === 'code' ? [4_242] : values;
  return all.filter((value) => value !== DEFAULT_BEHAVIOUR[id]);
}

/** Every fact with every value that the simulator does not have by itself. */
export const FLIPS: readonly (readonly [FactId, FactValue])[] = FACT_IDS.flatMap((id) =>
  otherValues(id).map((value) => [id, value] as const),
);

export const flipped = (id: FactId, value: FactValue): Partial<ApplianceBehaviour> => ({ [id]: value });
