// Exports the values of ${file(infra/serverless.js):…} in serverless.yml. osls loads only JavaScript; the other files of this
// folder are TypeScript, which Node runs directly.
import { ConfigurationInvalid } from '../lib/config/load.ts';
import { loadDeployment } from './load.ts';
import { outputs as outputsOf } from './outputs.ts';
import * as schedule from './schedule.ts';
import * as template from './template.ts';

/** Returns a resolver of an osls variable. */
const resolver =
  (make) =>
  async ({ resolveVariable }) =>
    make(
      loadOrExit(
        await resolveVariable('self:service'),
        await resolveVariable('self:provider.stage'),
        await resolveVariable('self:custom.nspass'),
      ),
    );

/** Ends the process with one line when the configuration is invalid: osls would add a message and a stack trace. */
function loadOrExit(...sources) {
  try {
    return loadDeployment(...sources);
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

export const resources = resolver(template.resources);
export const extensions = resolver(template.extensions);
export const outputs = resolver(outputsOf);
export const auditEvents = resolver(schedule.auditEvents);
export const reconcileEvents = resolver(template.reconcileEvents);
export const deadLetterEvents = resolver(template.deadLetterEvents);
export const vpc = resolver(template.vpc);
export const timeout = resolver(({ settings }) => settings.timeoutSeconds);
export const logDays = resolver(({ settings }) => settings.logDays);
