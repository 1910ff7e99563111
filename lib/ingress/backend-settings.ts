import { compareText, type Finding } from '../contract/index.ts';
import type { Attributes, BackendSettings } from '../route/index.ts';
import type { AllowedAttributes } from './allow-list.ts';
import type { Annotation, ParsedAnnotations } from './annotations.ts';
import { invalidAnnotation, parseAttributes, parseJsonAnnotation, type WithFindings } from './attribute-parser.ts';
import { isObjectName } from './attribute-value.ts';
import { ATTRIBUTES, type ObjectName } from './attributes.ts';
import { finding, quote, quoteAll } from './finding.ts';
import { plainProbe } from './monitor-plain.ts';
import { monitorTiming } from './monitor-timing.ts';
import { nearest } from './nearest.ts';
import { yamlRemedy } from './quote-fix.ts';

/** The settings of each Service that an Ingress uses. */
export interface ParsedBackendSettings {
  of(service: string): BackendSettings;
  readonly findings: readonly Finding[];
}

type ByService = ReadonlyMap<string, Attributes>;

/** The meaning of an annotation that is absent: nearly every Ingress of a snapshot has none. */
const NO_SETTINGS: WithFindings<ByService> = { value: new Map(), findings: [] };

/** Returns the remedy for a key that is not a Service of the Ingress; undefined where the Ingress has no Service. */
function serviceRemedy(
  annotation: Annotation,
  object: ObjectName,
  key: string,
  services: ReadonlySet<string>,
): string | undefined {
  const names = [...services].sort(compareText);
  if (names.length === 0) return undefined;
  // The annotation holds the attributes of the only Service, without its name around them.
  if (names.length === 1 && ATTRIBUTES[object].has(key.toLowerCase()) && annotation.value.trim().startsWith('{')) {
    const { remedy } = yamlRemedy(annotation.key, `{${JSON.stringify(names[0])}:${annotation.value.trim()}}`);
    if (remedy !== undefined) return remedy;
  }
  const bareName = key.slice(key.lastIndexOf('/') + 1).replace(/:.*/s, '');
  const intended = services.has(bareName) ? bareName : nearest(key, services);
  return intended === undefined
    ? `Write the name of a Service of this Ingress: ${quoteAll(names)}.`
    : `Did you mean ${intended}?`;
}

/** Reads an annotation that is a JSON object by Service name. */
function byService(
  object: 'lbvserver' | 'servicegroup' | 'monitor',
  annotations: ParsedAnnotations,
  services: ReadonlySet<string>,
  allowed: AllowedAttributes,
): WithFindings<ByService> {
  const annotation = annotations.get(object);
  if (annotation === undefined) return NO_SETTINGS;
  const settings = new Map<string, Attributes>();
  const map = parseJsonAnnotation(annotation);
  const findings = [...map.findings];
  for (const [service, input] of map.value) {
    if (!services.has(service)) {
      const message = `${quote(service)} is not a Service of this Ingress`;
      const remedy = serviceRemedy(annotation, object, service, services);
      findings.push(invalidAnnotation(annotation, message, service, remedy));
      continue;
    }
    const parsed = parseAttributes({ annotation, object, service }, input, allowed);
    findings.push(...parsed.findings);
    settings.set(service, parsed.value);
  }
  return { value: settings, findings };
}

/** Reads `netprofile`: the name of a profile that exists on the appliance, for all back ends. */
function netProfile(annotations: ParsedAnnotations): WithFindings<Attributes> {
  const annotation = annotations.get('netprofile');
  if (annotation === undefined) return { value: {}, findings: [] };
  if (isObjectName(annotation.value)) return { value: { netprofile: annotation.value }, findings: [] };
  const message = `${quote(annotation.value)} is not a valid net profile name`;
  return { value: {}, findings: [invalidAnnotation(annotation, message, annotation.value)] };
}

/** Checks monitors for a timing that the appliance rejects, and for plain text to a TLS port. */
function checkMonitors(annotation: Annotation | undefined, monitors: ByService): WithFindings<ByService> {
  if (annotation === undefined) return NO_SETTINGS;
  const checked = new Map<string, Attributes>();
  const findings: Finding[] = [];
  for (const [service, monitor] of monitors) {
    const { attributes, reason } = monitorTiming(monitor);
    if (reason !== undefined) {
      findings.push(invalidAnnotation(annotation, `monitor of Service ${quote(service)}: ${reason}`, service));
    }
    const plain = plainProbe(monitor);
    if (plain !== undefined) {
      const { key, path } = annotation;
      const message = `${key}: monitor of Service ${quote(service)}: ${plain}, so all members are marked down and the host is reset`;
      findings.push(finding('MonitorPlain', { message, path, value: service }));
    }
    // NITRO requires a type. The appliance's default probe is of type TCP.
    checked.set(service, Object.keys(attributes).length === 0 ? {} : { type: 'TCP', ...attributes });
  }
  return { value: checked, findings };
}

const present = <K extends string>(key: K, value: Attributes | undefined) =>
  value === undefined || Object.keys(value).length === 0 ? {} : { [key as K]: value };

/**
 * Reads the settings of each back end from the annotations `lbvserver`, `servicegroup`, `monitor` and `netprofile`
 * (VAL-13). A setting that cannot be applied is left out, with a finding.
 *
 * @param services names of the Services that the Ingress uses.
 */
export function backendSettings(
  annotations: ParsedAnnotations,
  services: ReadonlySet<string>,
  allowed: AllowedAttributes,
): ParsedBackendSettings {
  const lbvserver = byService('lbvserver', annotations, services, allowed);
  const servicegroup = byService('servicegroup', annotations, services, allowed);
  const parsedMonitors = byService('monitor', annotations, services, allowed);
  const monitors = checkMonitors(annotations.get('monitor'), parsedMonitors.value);
  const profile = netProfile(annotations);
  const parts = [lbvserver, servicegroup, parsedMonitors, monitors, profile];
  return {
    of: (service) => ({
      ...present('lbvserver', lbvserver.value.get(service)),
      ...present('servicegroup', { ...profile.value, ...servicegroup.value.get(service) }),
      ...present('monitor', monitors.value.get(service)),
    }),
    findings: parts.flatMap(({ findings }) => findings),
  };
}
