import type { Command } from 'commander';
import { checkFile } from '../local-aws/folder.ts';
import { type SimulatorOptions, startSimulator } from '../simulator/index.ts';
import type { StandIn, StandInOptions } from '../simulator/recording/index.ts';
import { httpsOf } from './appliance-https.ts';
import { type ApplianceGiven, applianceOptions, checkGiven, DEFAULT_BUILD } from './appliance-options.ts';
import { type ApplianceReporter, applianceReporter } from './appliance-report.ts';
import { faultRulesIn, type OpenRecorder, openRecorder, proxyOf, replayOf } from './appliance-sources.ts';
import { readText } from './read-text.ts';
import { UsageError } from './usage.ts';

/** Returns `nspass appliance`, which runs the simulated appliance as a process of its own. */
export function applianceCommand(): Command {
  return applianceOptions().action(run);
}

/** Options of whatever answers: the simulator, a recording, or an appliance. */
async function servedOf(given: ApplianceGiven, recorder: OpenRecorder | undefined): Promise<StandInOptions> {
  const https = await httpsOf(given);
  return {
    listen: given.listen,
    ...(https === undefined ? {} : { https }),
    ...(recorder === undefined ? {} : { onExchange: recorder.onExchange }),
  };
}

async function simulatorOptions(given: ApplianceGiven, report: ApplianceReporter): Promise<SimulatorOptions> {
  const config = given.config === undefined ? undefined : readText(given.config);
  if (given.save !== undefined) checkFile(given.save);
  // Reports of facts need libraries that take longer to load than the simulator.
  const facts =
    given.facts === undefined ? undefined : (await import('./verify/report-file.ts')).readFacts(given.facts);
  const { username, password } = given;
  const instance = { ip: '192.0.2.1', name: 'simulated', id: 'simulated', username, password };
  return {
    username,
    password,
    version: given.version ?? facts?.build ?? DEFAULT_BUILD,
    ...(facts === undefined ? {} : { facts: facts.behaviour }),
    map: given.map,
    onFrontend: report.frontend,
    ...(config === undefined ? {} : { config }),
    onNote: report.note,
    ...(given.save === undefined ? {} : { saveFile: given.save, onSaveFailed: report.notSaved }),
    ...(given.ha === undefined ? {} : { ha: { listen: given.ha } }),
    ...(given.console === undefined ? {} : { console: { listen: given.console, username, password, instance } }),
  };
}

async function simulatorOf(given: ApplianceGiven, served: StandInOptions, report: ApplianceReporter): Promise<StandIn> {
  const appliance = await startSimulator({ ...(await simulatorOptions(given, report)), ...served });
  appliance.set({ saveMs: given.saveTime });
  for (const { line, text, reason } of appliance.problems) {
    report.note(`${given.config ?? given.save}:${line}: ${reason}: ${text}`);
  }
  const [, second] = appliance.urls;
  if (second !== undefined) report.nitro('SECONDARY', second);
  if (appliance.consoleUrl !== undefined) report.nitro('CONSOLE', appliance.consoleUrl);
  return appliance;
}

/** Starts what the options ask for. @throws {UsageError} */
async function started(
  given: ApplianceGiven,
  recorder: OpenRecorder | undefined,
  report: ApplianceReporter,
): Promise<StandIn> {
  try {
    const faults = given.faults === undefined ? [] : faultRulesIn(given.faults);
    const served = await servedOf(given, recorder);
    const { replay, upstream } = given;
    const server =
      replay !== undefined
        ? await replayOf(replay, { ...served, onProblem: report.note })
        : upstream !== undefined
          ? await proxyOf({ ...given, upstream }, { ...served, onProblem: report.note })
          : await simulatorOf(given, served, report);
    server.setFaults(faults);
    return server;
  } catch (error) {
    throw error instanceof UsageError ? error : UsageError.of(error);
  }
}

async function run(given: ApplianceGiven): Promise<void> {
  checkGiven(given);
  const report = applianceReporter(given.json);
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const recorder = given.record === undefined ? undefined : await openRecorder(given.record, report);
  const server = await started(given, recorder, report);
  report.nitro('NITRO', server.url);
  await ended;
  await server.stop();
  recorder?.close();
}
