import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { SOURCES, toEvent } from '../lib/contract/index.ts';
import { audit } from '../lib/reconcile/index.ts';
import { Engines, type Runtime, runtimeFromEnvironment } from './runtime.ts';

/**
 * The scheduled reader: looks at every appliance, and asks through the queue for what is due. One that is down does
 * not keep it from the others (LIF-8).
 */
export function createAuditHandler(runtime: Runtime): (event: unknown, context: Context) => Promise<void> {
  const engines = new Engines(runtime);
  const { appliances, publisher, log, metrics, now } = runtime;
  return middy<unknown, void>().handler(async (_event, context) => {
    for (const appliance of appliances) {
      try {
        const { reader } = engines.engineOf(appliance, context.getRemainingTimeInMillis());
        const settings = {
          appliance: appliance.name,
          systemId: appliance.systemId,
          saveAfterSeconds: appliance.saveAfterSeconds,
        };
        const report = await audit(reader, settings, now());
        metrics.record('UnsavedAge', report.unsavedSeconds, { appliance: appliance.name });
        const requests = appliance.policy === 'observe' ? [] : report.requests;
        for (const { work, reason } of requests)
          log.info('work requested', { appliance: appliance.name, work, reason });
        if (requests.length > 0) {
          await publisher.publish(
            requests.map((data) =>
              toEvent(SOURCES.functions, 'Work Requested', data, { now, subject: appliance.name }),
            ),
          );
        }
      } catch (error) {
        log.error('audit failed', { appliance: appliance.name, error });
      }
    }
    metrics.flush();
  });
}

let deployed: ReturnType<typeof createAuditHandler> | undefined;

/** Lambda's entry point. */
export const handler = (event: unknown, context: Context): Promise<void> => {
  deployed ??= createAuditHandler(runtimeFromEnvironment());
  return deployed(event, context);
};
