import { CredentialsUnavailable } from '../../aws/secrets.ts';
import type { ApplianceConfig } from '../../config/appliances.ts';
import { ConfigurationInvalid } from '../../config/load.ts';
import { NitroError, type NitroReader } from '../../nitro/index.ts';
import { type RouteStatus, readStatus } from '../../status/index.ts';
import { terminalEngines } from '../appliance-engines.ts';
import type { CloudOptions } from '../cloud.ts';
import { ApplianceUnreachable } from '../contact.ts';
import type { SeenAppliance } from './proposal.ts';

/** Time for all attempts to reach the appliance, in milliseconds: proposals are not worth a long wait. */
const LOOK_MS = 10_000;

/** What was seen of an appliance, or why nothing was. */
export type Look =
  | { readonly seen: SeenAppliance; readonly problem?: undefined }
  | { readonly seen?: undefined; readonly problem: string };

/** Reads what the proposals of an entry follow from. Reads only. */
export async function lookAt(config: ApplianceConfig, options: CloudOptions): Promise<Look> {
  const { engines, gaveUp } = terminalEngines([config], options);
  try {
    return { seen: await see(engines.engineOf(config, LOOK_MS).reader, config.systemId) };
  } catch (error) {
    const reason = gaveUp(error);
    if (!isAnswer(reason)) throw reason;
    return { problem: reason.message };
  } finally {
    await engines.close().catch(() => undefined);
  }
}

/** Returns whether an error is about the appliance or its credentials, and not a fault of the program. */
function isAnswer(error: unknown): error is Error {
  return [ApplianceUnreachable, CredentialsUnavailable, ConfigurationInvalid, NitroError].some(
    (kind) => error instanceof kind,
  );
}

async function see(reader: NitroReader, systemId: string): Promise<SeenAppliance> {
  const nodes = await permitted(() => reader.rows('hanode'));
  const routes = await permitted(() => readStatus(reader, systemId));
  const vservers = await permitted(() => reader.rows('csvserver'));
  const vips = vipsOf(routes);
  return {
    nodes: [...nodes]
      .sort((a, b) => Number(a.id) - Number(b.id))
      .map(({ name, ipaddress }) => ({ name: String(name ?? ''), address: String(ipaddress ?? '') })),
    vips,
    otherVips: [...new Set(vservers.map(({ ipv46 }) => String(ipv46 ?? '')))]
      .filter((vip) => vip !== '' && vip !== '0.0.0.0' && !vips.includes(vip))
      .sort(),
    clusters: [...new Set(routes.flatMap(({ holder }) => (holder === undefined ? [] : [holder.owner.cluster])))].sort(),
  };
}

/** Returns the addresses of front ends, those with the most hosts first. */
function vipsOf(routes: readonly RouteStatus[]): string[] {
  const byVip = Map.groupBy(routes, ({ frontend }) => frontend.vip);
  return [...byVip].sort(([, a], [, b]) => b.length - a.length).map(([vip]) => vip);
}

/** Returns what was read; nothing if the user may not read it. */
async function permitted<T>(read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NitroError && error.kind === 'denied') return [];
    throw error;
  }
}
