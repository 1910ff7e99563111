import type { AwsScope } from './envelope.ts';

/** The account of everything local: the one that the queue server uses. */
export const LOCAL_ACCOUNT = '000000000000';

export const busArn = (place: AwsScope, bus: string) => events(place, `event-bus/${bus}`);
export const ruleArn = (place: AwsScope, bus: string, rule: string) =>
  events(place, bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
export const archiveArn = (place: AwsScope, archive: string) => events(place, `archive/${archive}`);
export const replayArn = (place: AwsScope, replay: string) => events(place, `replay/${replay}`);
export const queueArn = (place: AwsScope, queue: string) => `arn:aws:sqs:${place.region}:${place.account}:${queue}`;

function events(place: AwsScope, what: string): string {
  return `arn:aws:events:${place.region}:${place.account}:${what}`;
}

/** The last part of an ARN, or the name itself: requests take either. */
export function nameOf(nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  return nameOrArn.slice(Math.max(nameOrArn.lastIndexOf('/'), nameOrArn.lastIndexOf(':')) + 1);
}
