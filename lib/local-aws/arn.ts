import type { AwsScope } from './envelope.ts';

/** Account of all local resources, which is that of the queue server. */
export const LOCAL_ACCOUNT = '000000000000';

export const busArn = (scope: AwsScope, bus: string) => events(scope, `event-bus/${bus}`);
export const ruleArn = (scope: AwsScope, bus: string, rule: string) =>
  events(scope, bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
export const archiveArn = (scope: AwsScope, archive: string) => events(scope, `archive/${archive}`);
export const replayArn = (scope: AwsScope, replay: string) => events(scope, `replay/${replay}`);
export const queueArn = (scope: AwsScope, queue: string) => `arn:aws:sqs:${scope.region}:${scope.account}:${queue}`;

function events(scope: AwsScope, what: string): string {
  return `arn:aws:events:${scope.region}:${scope.account}:${what}`;
}

/** Returns the last part of an ARN, or the name itself: requests accept both. */
export function nameOf(nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  return nameOrArn.slice(Math.max(nameOrArn.lastIndexOf('/'), nameOrArn.lastIndexOf(':')) + 1);
}
