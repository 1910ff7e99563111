import type { EventSourceMapping } from '../../aws/lambda.ts';
import type { BusRule } from '../../aws/rules.ts';
import { type QueueSpec, READERS, type RuleSpec } from '../../config/topology.ts';
import { firstOf } from '../../contract/index.ts';
import type { QueueCounts } from '../replay-drained.ts';
import { type DoctorCheck, failed, MOST_NAMED, ok, unseen } from './check.ts';
import { clockCheck } from './clock.ts';
import type { ArchiveState, CloudFacts } from './cloud-facts.ts';
import type { Seen } from './cloud-service.ts';

const DEPLOY = 'npm run deploy creates it again.';
const POLICY = 'Attach the policy that the stack outputs as OperatorPolicyArn to your role: it allows this.';

/** Judges a deployment in AWS. Pure. */
export function cloudChecks(facts: CloudFacts): DoctorCheck[] {
  return [
    ...serviceChecks(facts),
    judged('bus', facts.bus, () => ok('bus', facts.deployment), missingDeployment(facts)),
    judged('archive', facts.archive, (archive) => archiveCheck(archive, facts.bus), `No archive: ${DEPLOY}`),
    ...ruleChecks(facts),
    ...queueChecks(facts),
    ...mappingChecks(facts),
  ];
}

function missingDeployment({ deployment }: CloudFacts): string {
  return `Check --deployment (${deployment}), --region and the account: aws sts get-caller-identity. If they are right: npm run deploy.`;
}

/** Returns the check of what was looked at: judged if it is there. */
function judged<T>(
  check: string,
  seen: Seen<T>,
  judge: (value: T) => DoctorCheck,
  remedyIfMissing: string,
): DoctorCheck {
  switch (seen.state) {
    case 'there':
      return judge(seen.value);
    case 'missing':
      return failed(check, 'does not exist', remedyIfMissing);
    case 'denied':
      return unseen(check, `was not seen: your role lacks ${seen.action}`, POLICY);
    case 'unknown':
      return unseen(check, `was not seen: ${seen.reason}`);
  }
}

function serviceChecks({ services, credentials }: CloudFacts): DoctorCheck[] {
  const silent = services.flatMap(({ service, address, silent: reason }) =>
    reason === undefined
      ? []
      : [
          failed(
            'reachable',
            `${service} at ${address}: ${reason}`,
            `Check the address, and that this machine reaches it. The credentials come from ${credentials}.`,
          ),
        ],
  );
  const answered = services.filter((one) => one.answered);
  const rejected = services.find((one) => one.rejected !== undefined);
  const source = `they come from ${credentials}`;
  return [
    ...silent,
    ...(answered.length === 0
      ? silent.length > 0
        ? []
        : [unseen('reachable', `${services.map(({ address }) => address).join(', ')}: not called`)]
      : [ok('reachable', answered.map(({ service, address }) => `${service} at ${address}`).join(', '))]),
    rejected !== undefined
      ? failed('credentials', `${rejected.rejected}`, `Log in: aws sso login, or correct ${credentials}.`)
      : answered.length === 0
        ? unseen('credentials', `were not tried; ${source}`)
        : ok('credentials', `accepted; ${source}`),
    ...(answered.length === 0
      ? []
      : [
          clockCheck(
            answered.find(({ clock }) => clock !== undefined)?.clock,
            'Set this machine’s clock (timedatectl set-ntp true): AWS rejects requests of clocks that are 5 minutes off.',
          ),
        ]),
  ];
}

function archiveCheck({ state, reason, events, busArn }: ArchiveState, bus: Seen<string>): DoctorCheck {
  if (bus.state === 'there' && bus.value !== busArn) {
    return failed('archive', `archives ${busArn}, and not this bus`, 'Deploy again: npm run deploy.');
  }
  if (['ENABLED', 'CREATING', 'UPDATING'].includes(state)) {
    return ok('archive', `${state.toLowerCase()}, with ${events} events`);
  }
  return failed(
    'archive',
    `is ${state}${reason === '' ? '' : ` (${reason})`}: events are not kept, so nothing can be replayed`,
    'Deploy again: npm run deploy. Then publish everything: POST /snapshot on each forwarder.',
  );
}

function ruleChecks({ rules, topology, deployment }: CloudFacts): DoctorCheck[] {
  if (topology === undefined) {
    return [judged('rules', rules, () => ok('rules', ''), missingRules)];
  }
  return [judged('rules', rules, (found) => rulesCheck(found, topology.rules, deployment), missingRules)];
}

const missingRules = 'npm run deploy creates the bus and its rules.';

function rulesCheck(found: readonly BusRule[], wanted: readonly RuleSpec[], deployment: string): DoctorCheck {
  const known = new Map(found.map((rule) => [rule.name, rule]));
  const missing = wanted.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (missing.length > 0) {
    return failed(
      'rules',
      `${firstOf(missing, MOST_NAMED)} missing: their events reach no queue`,
      'Deploy again: npm run deploy.',
    );
  }
  const off = wanted.filter(({ name }) => known.get(name)?.enabled === false).map(({ name }) => name);
  if (off.length === 0) return ok('rules', `all ${wanted.length} are enabled`);
  return failed(
    'rules',
    `${firstOf(off, MOST_NAMED)} disabled: their events reach no queue`,
    `Enable each: aws events enable-rule --event-bus-name ${deployment} --name ${off[0]}`,
  );
}

function queueChecks(facts: CloudFacts): DoctorCheck[] {
  const { queues, topology } = facts;
  if (topology === undefined) {
    return [unseen('queues', 'no configuration and no rule names the appliances', 'Add --config appliances.yml.')];
  }
  return topology.queues.map((queue) => {
    const check = `queue ${queue.name}`;
    const seen = queues.get(queue.name) ?? { state: 'unknown', reason: 'not looked at' };
    return judged(check, seen, (counts) => depthCheck(check, queue, counts, facts), DEPLOY);
  });
}

/** Judges how many messages a queue has: those of failed events must have none. */
function depthCheck(
  check: string,
  { purpose }: QueueSpec,
  { waiting, inFlight }: QueueCounts,
  { options }: CloudFacts,
): DoctorCheck {
  const all = waiting + inFlight;
  const letters = `${all} ${all === 1 ? 'dead letter waits' : 'dead letters wait'}`;
  if (all === 0) return ok(check, 'empty');
  switch (purpose) {
    case 'parking':
      return failed(
        check,
        `${letters} for redrive`,
        `Show their reasons: nspass redrive ${options} --dry-run. Then: docs/runbooks/poison-event.md.`,
      );
    case 'undelivered':
      return failed(
        check,
        `${letters}: a rule could not deliver them, or a forwarder not read them`,
        `Show their reasons: nspass redrive ${options} --queue undelivered --dry-run. Then: docs/runbooks/poison-event.md.`,
      );
    case 'dead-letter':
      return failed(
        check,
        `${letters} to be reported`,
        'The dead-letter function parks them within minutes; if they stay: docs/runbooks/function-failing.md.',
      );
    default:
      return ok(check, `${waiting} waiting, ${inFlight} in flight`);
  }
}

/** Judges the mapping of every queue that a function reads. */
function mappingChecks({ mappings, topology, deployment }: CloudFacts): DoctorCheck[] {
  const read = (topology?.queues ?? []).flatMap(({ name, purpose }) =>
    purpose === 'work' || purpose === 'dead-letter' ? [{ name, purpose } as const] : [],
  );
  return read.map(({ name, purpose }) => {
    const check = `event source ${name}`;
    const seen = mappings.get(purpose) ?? { state: 'unknown', reason: 'not looked at' };
    const missing = `The function ${deployment}-${READERS[purpose]} does not exist: npm run deploy creates it.`;
    return judged(
      check,
      seen,
      (found) =>
        mappingCheck(
          check,
          found.filter(({ queue }) => queue === `${deployment}-${name}`),
          READERS[purpose],
        ),
      missing,
    );
  });
}

function mappingCheck(check: string, found: readonly EventSourceMapping[], reader: string): DoctorCheck {
  const [first, second] = found;
  if (first === undefined) {
    return failed(
      check,
      `no mapping leads from the queue to ${reader}: its events wait`,
      'Deploy again: npm run deploy.',
    );
  }
  if (second !== undefined) {
    return failed(
      check,
      `${found.length} mappings read the queue (${firstOf(
        found.map(({ uuid }) => uuid),
        MOST_NAMED,
      )}): two writers at a time`,
      `Delete those that are not of the stack: aws lambda delete-event-source-mapping --uuid ${second.uuid}`,
    );
  }
  if (/^(Enabled|Enabling|Creating|Updating)$/.test(first.state))
    return ok(check, `${first.state.toLowerCase()}, to ${reader}`);
  return failed(
    check,
    `is ${first.state.toLowerCase()}: events wait until it is enabled`,
    `If nobody paused it (docs/deploy/upgrade.md): aws lambda update-event-source-mapping --uuid ${first.uuid} --enabled`,
  );
}
