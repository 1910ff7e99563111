import { connect, isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { seal } from '../../appliance-facts/index.ts';
import { selfSigned } from '../../nitro/self-signed.ts';
import {
  clean,
  type FreeFrontEnd,
  findOwn,
  ProbeTools,
  planVerification,
  type Verification,
  type VerificationSettings,
  verify,
  WAITS,
  type Wire,
} from '../../verification/index.ts';
import {
  type ApplianceTarget,
  type ApplianceTargetOptions,
  CREDENTIALS_HELP,
  configOf,
  withApplianceTarget,
  withTarget,
} from '../appliance-target.ts';
import { replaceFile } from '../replace-file.ts';
import { UsageError } from '../usage.ts';
import { readSealed, signingKeyIn } from './report-file.ts';
import { cleanText, leftText, planText, reportText, sealText } from './text.ts';

/** Milliseconds after which no further probe begins; of all calls before the appliance is cleaned up; and of that. */
const LAST_PROBE_MS = 30_000;
const PROBES_MS = 55_000;
const CLEANING_MS = 60_000;
/** Exit status after Ctrl-C: 128 plus the number of SIGINT, as in shells. */
const INTERRUPTED = 130;

interface Options extends ApplianceTargetOptions {
  readonly vip?: FreeFrontEnd;
  readonly backendAddress?: string;
  readonly yes: boolean;
  readonly clean: boolean;
  readonly output: 'text' | 'json';
  readonly report?: string;
  readonly signKey?: string;
  readonly check?: string;
  readonly key?: string;
}

function frontEnd(text: string): FreeFrontEnd {
  const match = /^(?:\[([0-9a-fA-F:]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (isIP(address) === 0 || port < 1 || port > 65_535)
    throw new InvalidArgumentError('Expected ADDRESS:PORT, such as 192.0.2.10:443.');
  return { address, port };
}

function address(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError('Expected an IP address of this machine, such as 10.0.0.7.');
  return text;
}

/** Returns `nspass verify`, which asks an appliance what no document says. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .option('--vip <address:port>', 'address and port of the appliance that nothing uses, for connections', frontEnd)
    .option('--backend-address <ip>', 'with --vip: address by which the appliance reaches this machine', address)
    .option('--partition <name>', 'with --nitro: admin partition to work in')
    .option('--yes', 'run it; without it, only what would be made is printed', false)
    .option('--clean', 'only list what an earlier run left; with --yes, remove it', false)
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .option('--report <file>', 'write the report to this file, too')
    .option('--sign-key <file>', 'sign the report with this private key (Ed25519, PEM)')
    .option('--check <file>', 'check digest and signature of a report, and print it; no appliance is called')
    .option('--key <file>', 'with --check: the public key (Ed25519, PEM)');
  return withApplianceTarget(command)
    .addHelpText(
      'after',
      `
It makes objects whose names begin with nspassverify, asks, and removes them: in about half a minute, also after Ctrl-C.
It never saves the configuration. The report has the build and no address, name, serial number or secret.
docs/appliance-facts.md says what is asked, and what the user of the appliance must be allowed to do.

${CREDENTIALS_HELP}

Examples:
  nspass verify --nitro https://192.0.2.5
  nspass verify --nitro https://192.0.2.5 --vip 192.0.2.10:443 --backend-address 10.0.0.7 --yes --report facts.json
  nspass verify --nitro https://192.0.2.5 --clean --yes
  nspass verify --check facts.json

Exit status: 0 if all was asked and removed, 1 if something is left or a check failed, 2 for wrong usage, 3 where the
appliance cannot be reached, 130 after Ctrl-C.`,
    )
    .action(run);
}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const say = (line: string): void => void process.stderr.write(`nspass: ${line}\n`);

async function run(options: Options): Promise<void> {
  if (options.check !== undefined) {
    check(options.check, options);
    return;
  }
  if (options.key !== undefined) throw new UsageError('--key belongs to --check FILE.');
  if (options.backendAddress !== undefined && options.vip === undefined)
    throw new UsageError('--backend-address belongs to --vip ADDRESS:PORT.');
  if (options.config !== undefined && options.partition !== undefined)
    throw new UsageError('--partition belongs to --nitro: appliances.yml names its own partition.');
  // A key that cannot be used shows before anything is sent.
  const key = options.signKey === undefined ? undefined : signingKeyIn(options.signKey);
  const settings = settingsOf(options);
  if (options.clean) {
    await withTarget(options, (target) => cleanUp(target, settings, options.yes));
    return;
  }
  if (!options.yes) {
    print(planText(planVerification(settings), settings));
    return;
  }
  await withTarget(options, async (target) => {
    const found = await interruptibly((stopped) => ask(target, settings, stopped));
    show(found, options, key);
  });
}

function settingsOf(options: Options): VerificationSettings {
  const { vip, backendAddress } = options;
  return {
    partition: configOf(options)?.partition !== undefined,
    ...(vip === undefined ? {} : { frontEnd: vip }),
    ...(backendAddress === undefined ? {} : { backEndAddress: backendAddress }),
  };
}

const WIRE: Wire = {
  connect: (host, port) => connect({ host, port }),
  after: (ms) => sleep(ms, undefined, { ref: false }),
  certificate: () => selfSigned({ commonName: 'nspass-verify.invalid', algorithm: 'rsa', days: 1, now: Date.now() }),
  waits: WAITS,
};

async function ask(
  target: ApplianceTarget,
  settings: VerificationSettings,
  stopped: () => boolean,
): Promise<Verification> {
  const began = performance.now();
  target.renew(PROBES_MS);
  try {
    return await verify(new ProbeTools(target.calls, settings, { wire: WIRE, stopped }), {
      remainingMs: () => LAST_PROBE_MS - (performance.now() - began),
      beforeCleaning: () => target.renew(CLEANING_MS),
      onProbe: (name) => say(`asking about: ${name}`),
    });
  } catch (error) {
    say('something may be left on the appliance: run nspass verify --clean --yes when it answers again.');
    throw error;
  }
}

/** Runs an action that ends soon after the first Ctrl-C; the second one ends the process at once. */
async function interruptibly<T>(action: (stopped: () => boolean) => Promise<T>): Promise<T> {
  let stopped = false;
  const stop = (): void => {
    if (stopped) {
      say('ended at once: run nspass verify --clean --yes to remove what is left.');
      process.exit(INTERRUPTED);
    }
    stopped = true;
    say('interrupted: what was made is removed first. Ctrl-C again ends at once.');
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    return await action(() => stopped);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

function show(found: Verification, options: Options, key: ReturnType<typeof signingKeyIn> | undefined): void {
  const { report, leftBefore, left, stopped, requests } = found;
  if (leftBefore > 0) say(`removed ${leftBefore} objects that an earlier run had left.`);
  for (const line of leftText(left)) say(line);
  if (left.length > 0) process.exitCode = 1;
  if (stopped) process.exitCode = INTERRUPTED;
  if (report === undefined) return;
  const sealed = seal(report, key);
  const json = `${JSON.stringify(sealed, null, 2)}\n`;
  if (options.output === 'json') process.stdout.write(json);
  else print([...reportText(report), `digest: ${sealed.digest}`, `requests: ${requests}`]);
  if (options.report === undefined) return;
  try {
    replaceFile(options.report, json);
  } catch (error) {
    throw UsageError.of(Object.assign(error as Error, { path: options.report }));
  }
}

async function cleanUp(target: ApplianceTarget, settings: VerificationSettings, yes: boolean): Promise<void> {
  const tools = new ProbeTools(target.calls, settings, { wire: WIRE, stopped: () => false });
  const { found, left } = yes ? await removed(tools) : await findOwn(tools);
  print(cleanText(found, yes));
  for (const line of leftText(left)) say(line);
  if (left.length > 0) process.exitCode = 1;
}

async function removed(tools: ProbeTools): ReturnType<typeof findOwn> {
  const { removed: found, left } = await clean(tools);
  return { found, left };
}

function check(path: string, { output, key }: Options): void {
  const checked = readSealed(path, key);
  if (output === 'json') print([JSON.stringify(checked, null, 2)]);
  else print([...reportText(checked.report), ...sealText(checked)]);
  const failed =
    !checked.unchanged || checked.signature === 'invalid' || (key !== undefined && checked.signature === 'none');
  if (failed) process.exitCode = 1;
}
