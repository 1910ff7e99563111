import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/**
 * The context of an invocation.
 *
 * @param timeoutMs the function's time limit; what remains of it is told, nothing is cut off when it is over.
 */
export function lambdaContext(
  functionName: string,
  place: { account: string; region: string },
  timeoutMs: number,
  now: () => number,
): Context {
  const end = now() + timeoutMs;
  const unsupported = () => {
    throw new Error('callbacks are of an older programming model: return a promise');
  };
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${place.region}:${place.account}:function:${functionName}`,
    memoryLimitInMB: '256',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, end - now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}
