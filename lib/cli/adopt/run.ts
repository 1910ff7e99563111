import {
  type AdoptContext,
  type AdoptionCandidates,
  AdoptionStopped,
  type AdoptionVerdict,
  candidatesOf,
  finishAll,
  giveBackAll,
  type HostSelection,
  type HostVerdict,
  type Incumbent,
  judge,
  plainServers,
  readIncumbent,
  readLedger,
  renameServer,
  restoreUnused,
  selectToGiveBack,
  selectToTake,
  sequencesAbove,
  takeOverAll,
} from '../../adopt/index.ts';
import { probe } from '../../certificates/index.ts';
import { type IngressState, isIngress, type SourceState } from '../../contract/index.ts';
import type { JudgedSources } from '../../library/lint-source.ts';
import { selectedStates } from '../../library/plan-judge.ts';
import { namesOf } from '../../netscaler/index.ts';
import { NitroError, NitroUnreachable } from '../../nitro/index.ts';
import type { ApplianceTarget, ApplianceTargetOptions } from '../appliance-target.ts';
import type { ClusterQuery } from '../cluster-sources.ts';
import { Interrupted, interruptible } from '../interruptible-writer.ts';
import { INTERRUPTED, interruptibly } from '../interrupts.ts';
import { screenOf } from '../terminal.ts';
import { UsageError } from '../usage.ts';
import { lookBy } from './look-at-host.ts';
import { type AdoptFormat, handedOverText, renderVerdict } from './report-text.ts';

export interface AdoptOptions extends ApplianceTargetOptions, ClusterQuery {
  readonly host?: readonly string[];
  readonly all?: boolean;
  readonly back?: boolean;
  readonly finish?: boolean;
  readonly yes?: boolean;
  readonly probe?: boolean;
  readonly save?: boolean;
  readonly prefix: string;
  readonly live?: boolean;
  readonly cluster: string;
  readonly clusterUid?: string;
  readonly class?: readonly string[];
  readonly defaultVip?: string;
  readonly output: AdoptFormat;
}

/** Limit of a handshake, in milliseconds. */
const SHAKE_MS = 5_000;

const say = (line: string): void => void process.stderr.write(`nspass: ${line}\n`);

/** All that is known before something is written. */
interface Known {
  readonly context: AdoptContext;
  readonly incumbent: Incumbent;
  readonly candidates: AdoptionCandidates;
  readonly states: readonly SourceState[];
  readonly verdict: AdoptionVerdict;
}

/** Reads the appliance, and does what the options say. */
export async function runAdopt(target: ApplianceTarget, sources: JudgedSources, options: AdoptOptions): Promise<void> {
  await interruptibly(
    async (signal) => {
      const known = await look(target, sources, options, signal);
      try {
        await act(target, known, options);
      } catch (error) {
        tellStop(error);
      }
    },
    () => 'the same command continues: what was done is recorded on the appliance.',
  );
}

/** Says why a step stopped. @throws what is no such reason. */
function tellStop(error: unknown): void {
  const interrupted = error instanceof Interrupted;
  const stopped = error instanceof AdoptionStopped || error instanceof NitroError || error instanceof NitroUnreachable;
  if (!interrupted && !stopped) throw error;
  if (!interrupted) say((error as Error).message);
  say('stopped. The same command continues: what was done is recorded on the appliance.');
  process.exitCode = interrupted ? INTERRUPTED : 1;
}

async function look(
  { engine: opened, calls, statistics }: ApplianceTarget,
  sources: JudgedSources,
  options: AdoptOptions,
  signal: AbortSignal,
): Promise<Known> {
  const vip = options.defaultVip === undefined ? {} : { defaultVip: options.defaultVip };
  const settings = { ...opened.settings, rules: { ...opened.settings.rules, ...vip } };
  const { ledgerMap } = namesOf(settings.systemId);
  const { writer } = interruptible(opened.writer, ledgerMap(options.cluster), signal);
  const engine = { ...opened, settings, writer };
  const ledger = await readLedger(engine, options.cluster);
  const clusterUid = options.clusterUid ?? ledger.uid;
  if (clusterUid === undefined && options.yes === true) {
    throw new UsageError(
      `The appliance does not know the cluster ${options.cluster} yet: name its UID with --cluster-uid (kubectl get namespace kube-system -o jsonpath='{.metadata.uid}').`,
    );
  }
  const { states, withMembers } = selectedStates(sources, options.class ?? []);
  const candidates = candidatesOf({
    cluster: options.cluster,
    states,
    withMembers,
    rules: settings.rules,
    filter: settings.filter,
  });
  const incumbent = await readIncumbent(engine.reader, settings.systemId, options.prefix);
  const context: AdoptContext = {
    engine,
    cluster: options.cluster,
    // Never written without --yes.
    clusterUid: clusterUid ?? '',
    prefix: options.prefix,
    nextSequence: sequencesAbove(ledger, engine.now),
    rename: async (from, to) => {
      if (signal.aborted) throw new Interrupted('interrupted');
      await renameServer(calls, from, to);
    },
    statistics,
  };
  return { context, incumbent, candidates, states, verdict: judge(incumbent, candidates) };
}

async function act(target: ApplianceTarget, known: Known, options: AdoptOptions): Promise<void> {
  if (options.finish === true) await finish(target, known, options);
  else if (options.host === undefined && options.all !== true) report(known.verdict, options);
  else await move(target, known, options);
}

function report(verdict: AdoptionVerdict, { output }: AdoptOptions): void {
  process.stdout.write(`${renderVerdict(output, verdict, screenOf(process.stdout))}\n`);
  if (verdict.hosts.some(({ state }) => state === 'blocked' || state === 'no-counterpart')) process.exitCode = 1;
}

function chosenOf(selection: HostSelection): readonly HostVerdict[] {
  if ('refused' in selection) throw new UsageError(`${selection.refused}.`);
  return selection.hosts;
}

async function move(target: ApplianceTarget, known: Known, options: AdoptOptions): Promise<void> {
  const { context, incumbent, candidates, verdict } = known;
  const names = options.all === true ? undefined : options.host;
  const back = options.back === true;
  const hosts = chosenOf(back ? selectToGiveBack(verdict, names) : selectToTake(verdict, names));
  if (options.yes !== true) {
    const word = back ? 'given back' : 'taken over';
    for (const { host } of hosts) process.stdout.write(`${host}\n`);
    say(`${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'} would be ${word}: add --yes.`);
    return;
  }
  const onHost = ({ host }: HostVerdict, done: number, of: number): void => {
    target.renew();
    say(`${done}/${of} ${host} is ${back ? 'given back' : 'taken over'}.`);
  };
  if (back) {
    await giveBackAll(context, incumbent, candidates, hosts, { onHost });
    for (const server of await restoreUnused(context)) say(`${server} is as it was before the first take-over.`);
  } else {
    const lookAt = lookBy((vip, port, host) => probe(vip, port, host, SHAKE_MS));
    await takeOverAll(context, incumbent, candidates, hosts, { onHost, ...(options.probe ? { lookAt } : {}) });
  }
  if (options.save === true) await context.engine.writer.save();
  if (verdict.hosts.some(({ state }) => state === 'blocked') && names === undefined && !back) process.exitCode = 1;
}

async function finish(target: ApplianceTarget, known: Known, options: AdoptOptions): Promise<void> {
  const { context, incumbent, candidates, states, verdict } = known;
  const begun = verdict.frontends.filter(({ step }) => step !== 'theirs');
  if (begun.length === 0) throw new UsageError('No front end is shared: take hosts over first.');
  if (options.yes !== true) {
    report({ hosts: [], frontends: begun }, options);
    say('add --yes to hand over what can be handed over. There is no way back from it.');
    return;
  }
  target.renew();
  const ingresses: IngressState[] = states.filter(isIngress);
  const results = await finishAll(context, incumbent, candidates, ingresses);
  for (const result of results) {
    for (const line of handedOverText(result)) say(line);
    for (const { name, frontend } of plainServers(incumbent, result.frontend.vip)) {
      say(
        `${name} stays on port ${frontend.port}: remove it (rm cs vserver ${name}), and our redirects are made there.`,
      );
    }
  }
  const open = begun.filter(({ hindrances }) => hindrances.length > 0);
  for (const { server, hindrances } of open) say(`${server} is not handed over: ${hindrances.join('; ')}.`);
  if (options.save === true) await context.engine.writer.save();
  if (open.length > 0 || results.some(({ left }) => left.length > 0)) process.exitCode = 1;
}
