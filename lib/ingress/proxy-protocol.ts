import { compareText, type Finding } from '../contract/index.ts';
import { PROXY_VERSIONS, type ProxyVersion } from '../route/index.ts';
import type { AnnotatedKind } from './access.ts';
import type { Annotation } from './annotations.ts';
import type { ParsedBackendSettings } from './backend-settings.ts';
import { finding, quote, quoteAll } from './finding.ts';
import { headerlessProbe } from './monitor-headerless.ts';
import type { OwnAnnotations } from './own-annotations.ts';

/** The settings of each Service, with the PROXY protocol. */
export interface ProxiedSettings extends ParsedBackendSettings {
  /** Whether the hosts of a Service are reset, because it is not known what its members expect. */
  closes(service: string): boolean;
}

const isVersion = (text: string): text is ProxyVersion => (PROXY_VERSIONS as readonly string[]).includes(text);

/**
 * Adds the PROXY protocol to the settings of each Service (VAL-18). A member that expects the header and gets none refuses
 * the connection, or takes the appliance for the client; one that expects none cannot read the handshake. So nothing is
 * guessed:
 *
 * | case | effect |
 * |---|---|
 * | `v1` or `v2`, in any case | members get the header |
 * | another value, or an empty one | the hosts of the object are reset |
 * | a Service with a net profile by the vendor's annotations | its hosts are reset: a group has one net profile |
 * | a Service whose monitor speaks TLS or HTTP | members get the header, and a finding says what the monitor does |
 *
 * @param services names of the Services that the object uses.
 * @param kind what the annotation is on.
 * @param monitors the annotation with their monitors.
 */
export function withProxyProtocol(
  own: OwnAnnotations,
  services: ReadonlySet<string>,
  settings: ParsedBackendSettings,
  kind: AnnotatedKind,
  monitors?: Annotation,
): ProxiedSettings {
  const annotation = own.get('proxy-protocol');
  if (annotation === undefined) return { ...settings, closes: () => false };
  const { key, path, value } = annotation;
  const closed = (why: string, hosts: string, found: string, remedy?: string): Finding =>
    finding('ProxyProtocolClosed', {
      message: `${key}: ${why}: every connection to ${hosts} is reset`,
      ...{ path, value: found, ...(remedy === undefined ? {} : { remedy }) },
    });
  const version = value.trim().toLowerCase();
  if (!isVersion(version)) {
    const why = `${quote(value)} is neither v1 nor v2`;
    const findings = [...settings.findings, closed(why, `the hosts of this ${kind}`, value)];
    return { of: (service) => settings.of(service), findings, closes: () => true };
  }
  const profiled = [...services].filter((name) => settings.of(name).servicegroup?.netprofile !== undefined);
  const conflicts = new Set(profiled.sort(compareText));
  const remedy = 'Remove the net profile, or remove this annotation and let the profile send the header.';
  const conflict = closed(`a net profile is set already for ${quoteAll([...conflicts])}`, 'their hosts', value, remedy);
  return {
    of: (service) => {
      const plain = settings.of(service);
      return conflicts.has(service) ? plain : { ...plain, proxyProtocol: version };
    },
    findings: [
      ...settings.findings,
      ...(conflicts.size === 0 ? [] : [conflict]),
      ...headerless(
        [...services].filter((service) => !conflicts.has(service)),
        settings,
        monitors,
      ),
    ],
    closes: (service) => conflicts.has(service),
  };
}

/** Reports monitors that members refuse which require the header. */
function headerless(services: string[], settings: ParsedBackendSettings, monitors: Annotation | undefined): Finding[] {
  if (monitors === undefined) return [];
  const { key, path } = monitors;
  return services.sort(compareText).flatMap((service) => {
    const why = headerlessProbe(settings.of(service));
    if (why === undefined) return [];
    const message = `${key}: monitor of Service ${quote(service)}: ${why}, so members that require one are marked down and the host is reset`;
    return [finding('MonitorWithoutHeader', { message, path, value: service })];
  });
}
