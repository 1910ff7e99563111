// What serverless.yml takes in with ${file(infra/serverless.js):…}. Plain JavaScript, as osls loads it; everything
// else of this folder is TypeScript, which Node runs as it is.
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { loadDeployment } from './load.ts';
import { outputs as outputsOf } from './outputs.ts';
import * as template from './template.ts';

/** @returns a function of the kind that osls calls for a variable. */
const from =
  (make) =>
  async ({ resolveVariable }) => {
    const [service, stage, settings] = [
      await resolveVariable('self:service'),
      await resolveVariable('self:provider.stage'),
      await resolveVariable('self:custom.nspass'),
    ];
    try {
      return make(loadDeployment(service, stage, settings));
    } catch (error) {
      // osls prints the stack of whatever comes: a mistake in a setting is one line.
      if (error instanceof ConfigurationInvalid) error.stack = `${error.name}: ${error.message}`;
      throw error;
    }
  };

export const resources = from(template.resources);
export const extensions = from(template.extensions);
export const outputs = from(outputsOf);
export const reconcileEvents = from(template.reconcileEvents);
export const deadLetterEvents = from(template.deadLetterEvents);
export const vpc = from(template.vpc);
export const timeout = from(({ settings }) => settings.timeoutSeconds);
export const logDays = from(({ settings }) => settings.logDays);
export const schedule = from(({ settings }) =>
  settings.auditMinutes === 1 ? 'rate(1 minute)' : `rate(${settings.auditMinutes} minutes)`,
);
