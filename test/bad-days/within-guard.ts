import type { TenantIngress } from './model.ts';
import type { Cluster, World } from './world.ts';

/**
 * Rule 11: what a list lacks is carried out up to the allowed share. The appliance may know an earlier state: one of the
 * last that the cluster had. Each change by a tenant while the list lacks everything may bring the rest below the minimum.
 */
export function allowWithinGuard(world: World, cluster: string): void {
  const { tenants, watch, schedule, clusters } = world;
  const past = (clusters.get(cluster) as Cluster).past.map(({ wishes }) => wishes);
  for (const { vips } of schedule.world.appliances) {
    const isTheirs = (each: TenantIngress): boolean => each.cluster === cluster && vips.includes(each.vip);
    const routes = [tenants, ...past].map(({ ingresses }) => {
      const selected = [...ingresses.values()].filter((each) => isTheirs(each) && each.selected);
      return selected.flatMap(({ hosts }) => hosts).length;
    });
    if (Math.min(...routes) > schedule.world.prune.minimum) continue;
    const ingresses = new Map([...tenants.ingresses].filter(([, each]) => !isTheirs(each)));
    watch.alsoAllow({ ...tenants.copy(), ingresses });
  }
}
