import { type Finding, firstOf, hostPort, objectOf, qualifiedName } from '../../contract/index.ts';
import { finding, SAME_BACKEND } from '../../ingress/index.ts';
import type { Claim } from '../../ledger/index.ts';
import { writtenHost } from '../../route/index.ts';
import type { TaskResult } from '../apply/task-results.ts';

/** Returns the findings that only the appliance could show: conflicts with other Ingresses, and refused members. */
export function resultFindings(result: TaskResult): Finding[] {
  const { key } = result.task.decision;
  const { hostAssignments, settingConflicts: settings, refusedMembers: members } = result;
  // As a rule an owner holds all of its hosts alone.
  const alone =
    settings.length === 0 && members.length === 0 && hostAssignments.every(({ standby }) => standby.length === 0);
  return alone ? [] : [...hostConflicts(result, key), ...settingConflicts(result, key), ...refusedMembers(result)];
}

/** CON-1: an older Ingress or TLSRoute holds the host. */
function hostConflicts({ task, hostAssignments }: TaskResult, key: string): Finding[] {
  return hostAssignments
    .filter(
      ({ frontend, holder, standby }) =>
        frontend.kind === 'tls' && holder.ownerKey !== key && standby.some((claim) => claim.ownerKey === key),
    )
    .map(({ host, holder, standby, frontend }) => {
      const isSameCluster = holder.owner.cluster === task.decision.owner.cluster;
      const cluster = isSameCluster ? '' : ` of cluster ${holder.owner.cluster}`;
      return finding('HostConflict', {
        message: `"${writtenHost(host)}" on ${frontend.vip}:${frontend.port} belongs to the older ${objectOf(holder.owner).kind} ${qualifiedName(holder.owner)}${cluster}${sameBackend(holder, standby, key)}`,
        value: writtenHost(host),
      });
    });
}

/** Returns a remark for a harmless conflict: the holder sends the host to the same Service and port. */
function sameBackend(holder: Claim, standby: readonly Claim[], key: string): string {
  const own = standby.find(({ ownerKey }) => ownerKey === key);
  if (own === undefined || !('service' in own.target) || !('service' in holder.target)) return '';
  const isSame =
    own.owner.cluster === holder.owner.cluster &&
    own.owner.namespace === holder.owner.namespace &&
    own.target.service === holder.target.service &&
    own.target.port === holder.target.port;
  return isSame ? SAME_BACKEND : '';
}

/** CON-5: an older Ingress decides a setting of the front end. */
function settingConflicts({ settingConflicts }: TaskResult, key: string): Finding[] {
  return settingConflicts
    .filter(({ wanted }) => wanted.ownerKey === key)
    .map(({ frontend, wanted, decided }) =>
      finding('FrontendSettingConflict', {
        message: `${wanted.attribute} of ${frontend.vip}:${frontend.port} is ${decided.value}, as the older Ingress ${qualifiedName(decided.owner)} asks; ${wanted.value} has no effect`,
        value: `${wanted.attribute}: ${wanted.value}`,
      }),
    );
}

/** Most members of one group that a finding names: a group may have thousands. */
const MOST_NAMED = 10;

/** END-1: the other members serve, and nothing else reports the missing ones. */
function refusedMembers({ refusedMembers }: TaskResult): Finding[] {
  return refusedMembers.map(({ group, members }) => {
    const value = firstOf(
      members.map(({ ip, port }) => hostPort(ip, port)),
      MOST_NAMED,
    );
    return finding('MemberRefused', { message: `service group ${group} goes without ${value}`, value });
  });
}
