import type { DoctorGroup } from './check.ts';
import { cloudChecks } from './cloud-checks.ts';
import { type CloudFactsOptions, gatherCloud } from './cloud-facts.ts';

/** Checks a deployment in AWS. One that cannot be reached is a result, not an error. */
export async function checkCloud(options: CloudFactsOptions): Promise<DoctorGroup> {
  const facts = await gatherCloud(options);
  return {
    group: 'aws',
    subject: options.deployment,
    reached: facts.services.some(({ answered }) => answered),
    checks: cloudChecks(facts),
  };
}
