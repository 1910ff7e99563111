import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import type { AwsScope } from './envelope.ts';

export const functionArn = (name: string, scope: AwsScope): string =>
  `arn:aws:lambda:${scope.region}:${scope.account}:function:${name}`;

/**
 * Creates the context of an invocation.
 *
 * @param timeoutMs time limit of the function. The context reports the remaining time, but does not enforce the limit.
 */
export function lambdaContext(functionName: string, scope: AwsScope, timeoutMs: number, now: () => number): Context {
  const end = now() + timeoutMs;
  const unsupported = () => {
    throw new Error('callbacks are not supported: return a promise');
  };
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(functionName, scope),
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
