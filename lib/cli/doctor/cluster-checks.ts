import type { ForwarderRight, LeaseRecord } from '../../forwarder/kubernetes/index.ts';
import { type DoctorCheck, failed, ok, unseen } from './check.ts';
import { clockCheck } from './clock.ts';
import type { ClusterContact, ClusterFacts, ForwarderDeployment } from './cluster-facts.ts';

/** Judges the first contact. @param source of the credentials, in words. */
export function clusterContactChecks(contact: ClusterContact, server: string, source: string): DoctorCheck[] {
  switch (contact.result) {
    case 'accepted':
      return [
        ok('reachable', `${server} answers`),
        ok(
          'credentials',
          `accepted${contact.user === undefined ? '' : ` as ${contact.user}`}; they come from ${source}`,
        ),
      ];
    case 'rejected':
      return [
        ok('reachable', `${server} answers`),
        failed('credentials', contact.reason, `They come from ${source}: correct them there, or choose --context.`),
      ];
    case 'silent':
      return [
        failed('reachable', contact.reason, `Check that this machine reaches ${server}, or choose --context.`),
        unseen('credentials', `were not tried; they come from ${source}`),
      ];
    case 'not called':
      return [
        unseen('reachable', `${server} was not called`),
        failed(
          'credentials',
          contact.reason,
          `They come from ${source}: correct it, or name another with --kubeconfig.`,
        ),
      ];
  }
}

/** Judges a cluster that answers. Pure. */
export function clusterChecks(facts: ClusterFacts): DoctorCheck[] {
  return [
    clockCheck(facts.clock, 'Synchronise the control plane’s clock, or this machine’s (timedatectl set-ntp true).'),
    forwarderCheck(facts),
    ...rightChecks(facts),
    leaseCheck(facts),
  ];
}

function forwarderCheck({ forwarder, namespace }: ClusterFacts): DoctorCheck {
  switch (forwarder.state) {
    case 'there':
      return replicasCheck(forwarder.value, namespace);
    case 'missing':
      return failed(
        'forwarder',
        `is not installed in the namespace ${namespace}`,
        'Install it (docs/forwarder.md), or name its namespace with --namespace.',
      );
    case 'unknown':
      return unseen('forwarder', `its Deployment was not seen: ${forwarder.reason}`);
  }
}

function replicasCheck({ name, wanted, ready }: ForwarderDeployment, namespace: string): DoctorCheck {
  const text = `${namespace}/${name}: ${ready} of ${wanted} replicas are ready`;
  if (ready > 0 && ready >= wanted) return ok('forwarder', text);
  return failed('forwarder', text, `See why: kubectl -n ${namespace} describe deployment ${name}, and its logs.`);
}

const nameOf = ({ resource, group }: ForwarderRight): string => (group === '' ? resource : `${resource}.${group}`);

/** Returns a check for each resource. */
function rightChecks(facts: ClusterFacts): DoctorCheck[] {
  const { rights, account, asked } = facts;
  const byResource = Map.groupBy(rights, ({ right }) => nameOf(right));
  const checks = [...byResource].map(([resource, some]) => {
    const check = `may ${[...new Set(some.map(({ right }) => right.verb))].join(', ')} ${resource}`;
    const unknown = some.find(({ allowed }) => typeof allowed === 'string');
    if (unknown !== undefined) return unseen(check, `was not seen: ${unknown.allowed}`);
    const denied = some.filter(({ allowed }) => allowed === false).map(({ right }) => right);
    if (asked === 'self') {
      const has = denied.length === 0 ? 'has this right' : 'lacks this right, too';
      return unseen(
        check,
        `you may not ask about ${account} (create subjectaccessreviews); your own user ${has}`,
        `Ask a user who may: ${commandFor(some[0]?.right as ForwarderRight, facts)}`,
      );
    }
    return denied.length === 0
      ? ok(check, account)
      : failed(check, deniedText(denied, facts), remedyFor(denied, facts));
  });
  return checks;
}

function deniedText(denied: readonly ForwarderRight[], { account, settingsRead }: ClusterFacts): string {
  const [first] = denied;
  const unless =
    first?.switchedBy === undefined || settingsRead
      ? ''
      : ` (not needed if config.${first.switchedBy.join(' or config.')} is false)`;
  return `${account} may not ${denied.map(({ verb }) => verb).join(', ')}${unless}`;
}

function remedyFor([first]: readonly ForwarderRight[], facts: ClusterFacts): string {
  return `Upgrade the chart with rbac.create=true (helm upgrade --reuse-values), then: ${commandFor(first as ForwarderRight, facts)}`;
}

/** Returns the command of kubectl that asks about a right. */
function commandFor({ verb, object, inLeaseNamespace, ...right }: ForwarderRight, facts: ClusterFacts): string {
  const { account, settings } = facts;
  const [resource = '', subresource] = right.resource.split('/');
  const kind = right.group === '' ? resource : `${resource}.${right.group}`;
  const named = object === undefined ? '' : `/${object === 'lease' ? settings.leaseName : object}`;
  const sub = subresource === undefined ? '' : ` --subresource=${subresource}`;
  const where = inLeaseNamespace === true ? ` -n ${settings.leaseNamespace}` : ' -A';
  return `kubectl auth can-i ${verb} ${kind}${named}${sub} --as ${account}${where}`;
}

/** Time beyond the duration of a Lease in which clocks and requests may delay a renewal, in milliseconds. */
const LATE_MS = 10_000;

function leaseCheck(facts: ClusterFacts): DoctorCheck {
  const { lease, leaseId, clock, namespace } = facts;
  const logs = `See the logs of the replicas: kubectl -n ${namespace} logs -l app.kubernetes.io/component=forwarder`;
  switch (lease.state) {
    case 'missing':
      return failed('lease', `${leaseId} does not exist: no replica has ever led`, logs);
    case 'unknown':
      return unseen('lease', `${leaseId} was not seen: ${lease.reason}`);
    case 'there': {
      const problem = leaseProblem(lease.value, clock?.theirs ?? Date.now());
      return problem === undefined
        ? ok('lease', `${leaseId} is held by ${lease.value.holder}`)
        : failed('lease', `${leaseId} ${problem}`, logs);
    }
  }
}

/** @param now of the API server. @returns undefined if a replica leads. */
function leaseProblem({ holder, durationMs, renewed }: LeaseRecord, now: number): string | undefined {
  if (holder === '') return 'is held by no replica: nothing is published';
  if (now - renewed <= durationMs + LATE_MS) return undefined;
  return `is held by ${holder}, who renewed it last at ${new Date(renewed).toISOString()}: nothing is published`;
}
