// What serverless.yml takes in with ${file(infra/serverless.js):…}. Plain JavaScript, as osls loads it; everything
// else of this folder is TypeScript, which Node runs as it is.
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { loadDeployment } from './load.ts';
import { outputs as outputsOf } from './outputs.ts';
import * as schedule from './schedule.ts';
import * as template from './template.ts';

/** @returns a function of the kind that osls calls for a variable. */
const from =
  (make) =>
  async ({ resolveVariable }) =>
    make(
      loaded(
        await resolveVariable('self:service'),
        await resolveVariable('self:provider.stage'),
        await resolveVariable('self:custom.nspass'),
      ),
    );

/** Ends with one line where the configuration is wrong: osls would wrap it in its own words and a stack trace. */
function loaded(...sources) {
  try {
    return loadDeployment(...sources);
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

export const resources = from(template.resources);
export const extensions = from(template.extensions);
export const outputs = from(outputsOf);
export const auditEvents = from(schedule.auditEvents);
export const reconcileEvents = from(template.reconcileEvents);
export const deadLetterEvents = from(template.deadLetterEvents);
export const vpc = from(template.vpc);
export const timeout = from(({ settings }) => settings.timeoutSeconds);
export const logDays = from(({ settings }) => settings.logDays);
