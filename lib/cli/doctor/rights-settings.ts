import type { ForwarderRight } from '../../forwarder/kubernetes/index.ts';

/** The settings of a forwarder that decide which rights it needs, and where its Lease is. */
export interface RightsSettings {
  readonly on: Readonly<Record<NonNullable<ForwarderRight['switchedBy']>[number], boolean>>;
  readonly leaseName: string;
  readonly leaseNamespace: string;
}

type Section = Readonly<Record<string, unknown>>;

const section = (of: unknown, name: string): Section => {
  const value = (of as Section | undefined)?.[name];
  return typeof value === 'object' && value !== null ? (value as Section) : {};
};

const text = (value: unknown, fallback: string): string =>
  typeof value === 'string' && value !== '' ? value : fallback;

/**
 * Returns the settings in a `config.json`; those of the chart where it has none. Other fields are not looked at: the
 * forwarder may be of another version than this command.
 *
 * @param config undefined if it could not be read.
 * @param names of the release: the Lease is named like the Deployment, and in its namespace.
 */
export function settingsIn(
  config: string | undefined,
  names: { readonly name: string; readonly namespace: string },
): RightsSettings {
  let read: unknown;
  try {
    read = JSON.parse(config ?? '{}');
  } catch {
    // The forwarder refuses it, too, and says why.
  }
  const [kubernetes, report, lease] = [section(read, 'kubernetes'), section(read, 'report'), section(read, 'lease')];
  return {
    on: {
      'kubernetes.nodes': kubernetes.nodes !== false,
      'gateway.enabled': section(read, 'gateway').enabled !== false,
      'report.status': report.status !== false,
      'report.events': report.events !== false,
    },
    leaseName: text(lease.name, names.name),
    leaseNamespace: text(lease.namespace, names.namespace),
  };
}
