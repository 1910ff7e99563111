import { CredentialsUnavailable, credentialsSource } from '../../aws/secrets.ts';
import { ConfigurationInvalid } from '../../config/load.ts';
import { NitroError, NitroUnreachable } from '../../nitro/index.ts';
import { type ApplianceTargetOptions, type KnownTarget, targetOf } from '../appliance-target.ts';
import { ApplianceUnreachable } from '../contact.ts';
import { type ApplianceContact, applianceChecks, contactChecks } from './appliance-checks.ts';
import { gatherAppliance } from './appliance-facts.ts';
import { type DoctorGroup, failed } from './check.ts';

/** Options of the checks of one appliance. */
export interface ApplianceCheckOptions extends ApplianceTargetOptions {
  /** Sends writes for names that do not exist, to see whether the user may write. */
  readonly tryWrites?: boolean;
}

/**
 * Checks the appliance that the options name, and logs out. An appliance that cannot be reached is a result, not an error.
 *
 * @throws {UsageError} if the options name no appliance, or the file cannot be used.
 */
export async function checkAppliance(options: ApplianceCheckOptions): Promise<DoctorGroup> {
  const target = targetOf(options);
  const { config } = target;
  const group = { group: 'appliance', subject: target.name } as const;
  try {
    const contact = await contactOf(target);
    const first = contactChecks(contact, config.endpoints, credentialsSource(config));
    if (contact.result !== 'accepted') return { ...group, reached: contact.result === 'rejected', checks: first };
    // Without a configuration nobody says which clusters the appliance serves.
    const clusters = options.nitro === undefined ? config.clusters : [];
    try {
      const facts = await gatherAppliance(target.open(), { clusters, tryWrites: options.tryWrites === true });
      return { ...group, reached: true, checks: [...first, ...applianceChecks(facts)] };
    } catch (error) {
      const lost = failed('other checks', `were cut short: ${reasonOf(target, error)}`, 'Run the command again.');
      return { ...group, reached: true, checks: [...first, lost] };
    }
  } finally {
    await target.close().catch(() => undefined);
  }
}

/** Logs in, and reads the version. */
async function contactOf(target: KnownTarget): Promise<ApplianceContact> {
  try {
    await target.contact();
    return { result: 'accepted' };
  } catch (error) {
    if (error instanceof CredentialsUnavailable || error instanceof ConfigurationInvalid) {
      return { result: 'not called', reason: error.message };
    }
    const reason = reasonOf(target, error);
    if (!(error instanceof NitroError)) return { result: 'silent', reason };
    if (error.kind === 'credentials') return { result: 'rejected', reason };
    // A user who may not even read the version is logged in.
    return error.kind === 'denied' ? { result: 'accepted' } : { result: 'silent', reason };
  }
}

/** @throws what is not an answer of the appliance, and so a fault of this program. */
function reasonOf(target: KnownTarget, error: unknown): string {
  const known = target.gaveUp(error);
  if (known instanceof NitroError || known instanceof NitroUnreachable || known instanceof ApplianceUnreachable) {
    return known.message;
  }
  throw error;
}
