import type { EventSourceMapping } from '../../aws/lambda.ts';
import type { QueueSight, WhyInput } from './input.ts';
import { failed, type Judgement, ok, unseen } from './judgement.ts';

/** States of a mapping that receives nothing, or soon will not. */
const PAUSED: ReadonlySet<string> = new Set(['Disabled', 'Disabling']);

/**
 * Judges whether events reach the appliance. Events that wait are the cause, whoever lets them wait:
 *
 * | event source mapping | events in flight | cause                                          |
 * | -------------------- | ---------------- | ---------------------------------------------- |
 * | disabled             | any              | the appliance is paused                        |
 * | missing              | any              | no function reads the queue                    |
 * | enabled or unseen    | some             | they are being applied, or returned each time  |
 * | enabled              | none             | the function is throttled                      |
 * | unseen               | none             | paused or throttled                            |
 */
export function isDelivered({ queue }: Pick<WhyInput, 'queue'>): Judgement {
  if (typeof queue === 'string') return unseen(queue);
  const { counts, mapping, appliance, functionName } = queue;
  const count = counts.waiting + counts.inFlight;
  const paused = typeof mapping === 'object' && PAUSED.has(mapping.state);
  if (count === 0) return ok(`no event waits for ${appliance}${paused ? ', which is paused' : ''}`);
  const wait = `${count} ${count === 1 ? 'event waits' : 'events wait'} for ${appliance}`;
  if (paused) return pausedBy(wait, queue, mapping);
  if (mapping === undefined) {
    return failed(
      `${wait}, and no function reads its queue: the event source mapping is missing`,
      `Deploy again: npm run deploy creates it. ${list(queue)} shows the others.`,
    );
  }
  if (counts.inFlight > 0) return returned(wait, count === 1 ? 'it is' : 'they are', queue);
  if (typeof mapping === 'string') {
    return failed(
      `${wait}, and no function takes them: the appliance is paused, or the function is throttled. Lambda could not be asked which: ${mapping}`,
      `${list(queue)} shows State "Disabled" if it is paused.`,
    );
  }
  return failed(
    `${wait}, and ${functionName} takes none, although its event source mapping is ${mapping.state}`,
    `The function is throttled, or they have just arrived. Run this again in a minute; then: aws lambda get-function-concurrency --function-name ${functionName}${queue.awsOptions} (docs/runbooks/function-failing.md).`,
  );
}

function pausedBy(wait: string, { appliance, awsOptions }: QueueSight, { uuid, state }: EventSourceMapping): Judgement {
  return failed(
    `${appliance} is paused: its event source mapping is ${state}. ${wait}`,
    `To resume: aws lambda update-event-source-mapping --uuid ${uuid} --enabled${awsOptions}. If custom.nspass.paused names ${appliance}, remove it there and deploy, or the next deployment pauses it again.`,
  );
}

function returned(
  wait: string,
  they: string,
  { appliance, deployment, functionName, awsOptions }: QueueSight,
): Judgement {
  return failed(
    `${wait}: ${they} being applied, or returned to the queue and tried again`,
    `Run this again in a minute. If ${they} still there, this names the cause: aws logs tail /aws/lambda/${functionName} --since 1h --filter-pattern '"batch returned to the queue"'${awsOptions}. When the cause is gone, everything is applied within 15 minutes. Events that were given up: nspass redrive --deployment ${deployment} --appliance ${appliance} --dry-run`,
  );
}

const list = ({ functionName, awsOptions }: QueueSight): string =>
  `aws lambda list-event-source-mappings --function-name ${functionName}${awsOptions}`;
