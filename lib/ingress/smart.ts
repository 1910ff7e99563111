import type { Finding } from '../contract/index.ts';
import type { Attributes, BackendSettings } from '../route/index.ts';
import type { Annotation, AnnotationsRead } from './annotations.ts';
import { isObjectName, parseValue } from './attribute-value.ts';
import { ATTRIBUTES, type Attribute, BREAKING, INSTEAD, type ObjectName, SET_HERE } from './attributes.ts';
import { finding, inWords, quote, quoteAll } from './finding.ts';
import { parseJsonMap } from './json-map.ts';
import { plainProbe } from './monitor-plain.ts';
import { monitorTiming } from './monitor-timing.ts';
import { nearest } from './nearest.ts';
import { yamlRemedy } from './quote-fix.ts';
import { byText } from './shape.ts';

/** Attributes in lower case that the operator admits, by object; the safe ones where an object is absent. */
export type AllowedAttributes = Readonly<Partial<Record<ObjectName, readonly string[]>>>;

interface Parsed<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

/** `lbvserver of "web"`: what a message is about. */
type Subject = { readonly annotation: Annotation; readonly object: ObjectName; readonly service?: string };

function describe({ object, service }: Subject): string {
  return service === undefined ? object : `${object} of ${quote(service)}`;
}

function invalid(annotation: Annotation, message: string, value: string, remedy?: string): Finding {
  return finding('InvalidAnnotation', {
    message: `${annotation.key}: ${message}`,
    path: annotation.path,
    value,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Another word for the same: it is not for the operator to allow. */
const REMOVE_ATTRIBUTE = 'Remove the attribute: no allow-list can admit it.';

function unsupported(subject: Subject, name: string, why: string, remedy?: string): Finding {
  return finding('AttributeUnsupported', {
    message: `${subject.annotation.key}: ${quote(name)} of ${describe(subject)} is not applied: it ${why}`,
    path: subject.annotation.path,
    value: name,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Why an attribute is not applied, whatever its value; undefined where it is. */
function refusal(subject: Subject, name: string, allowed: AllowedAttributes): Finding | undefined {
  const { object } = subject;
  const lower = name.toLowerCase();
  const attribute = ATTRIBUTES[object].get(lower);
  if (attribute === undefined) {
    const instead = INSTEAD.get(`${object} ${lower}`);
    if (SET_HERE.has(lower)) return unsupported(subject, name, 'is set by this system', instead ?? REMOVE_ATTRIBUTE);
    if (BREAKING[object].has(lower))
      return unsupported(subject, name, 'is incompatible with passthrough', REMOVE_ATTRIBUTE);
    const meant = nearest(lower, ATTRIBUTES[object].keys());
    const remedy = meant === undefined ? 'Correct the name or remove the attribute.' : `Did you mean ${meant}?`;
    return unsupported(subject, name, `is not an attribute of ${object}`, remedy);
  }
  const admitted = allowed[object]?.some((entry) => entry.toLowerCase() === lower) ?? attribute.safe;
  return admitted ? undefined : unsupported(subject, name, 'is not on the allow-list of the appliance');
}

/** Validates one attribute. */
function parseAttribute(subject: Subject, name: string, input: unknown, allowed: AllowedAttributes) {
  const refused = refusal(subject, name, allowed);
  if (refused !== undefined) return refused;
  const lower = name.toLowerCase();
  const result = parseValue(ATTRIBUTES[subject.object].get(lower) as Attribute, input);
  if ('value' in result) return [lower, result.value] as const;
  const written = inWords(input);
  if (result.unsupported) {
    const remedy = `Write one of ${result.instead.join(', ')}, or remove the attribute.`;
    return unsupported(subject, `${name}: ${written}`, result.reason, remedy);
  }
  return invalid(subject.annotation, `${quote(written)} for ${name} of ${describe(subject)} ${result.reason}`, written);
}

/** Validates the attributes of one object, each alone: what is wrong with one leaves the others. */
function parseAttributes(subject: Subject, input: unknown, allowed: AllowedAttributes): Parsed<Attributes> {
  const { annotation } = subject;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const message = `${describe(subject)} is not a JSON object`;
    return { value: {}, findings: [invalid(annotation, message, inWords(input))] };
  }
  const entries: (readonly [string, string | number])[] = [];
  const findings: Finding[] = [];
  for (const name of Object.keys(input).sort()) {
    const parsed = parseAttribute(subject, name, (input as Record<string, unknown>)[name], allowed);
    if ('code' in parsed) findings.push(parsed);
    else entries.push(parsed);
  }
  return { value: Object.fromEntries(entries.sort(([a], [b]) => byText(a, b))), findings };
}

/** The JSON object of an annotation, by its keys. */
function parseMap(annotation: Annotation): Parsed<readonly (readonly [string, unknown])[]> {
  const map = parseJsonMap(annotation.value);
  if ('entries' in map) {
    const twice = map.duplicates.map((key) =>
      invalid(annotation, `duplicate key ${quote(key)}: only the last one counts`, key, 'Keep one of the two.'),
    );
    return { value: map.entries, findings: twice };
  }
  const message = `${quote(annotation.value)} cannot be read: ${map.reason}`;
  const { remedy } = map.suggestion === undefined ? {} : yamlRemedy(annotation.key, map.suggestion);
  return { value: [], findings: [invalid(annotation, message, annotation.value, remedy)] };
}

/** What to write instead of a key that is not a Service of the Ingress. */
function serviceMeant(
  annotation: Annotation,
  object: ObjectName,
  key: string,
  services: ReadonlySet<string>,
): string | undefined {
  const names = [...services].sort(byText);
  if (names.length === 0) return undefined;
  // The attributes of the only Service, without its name around them.
  if (names.length === 1 && ATTRIBUTES[object].has(key.toLowerCase()) && annotation.value.trim().startsWith('{')) {
    const { remedy } = yamlRemedy(annotation.key, `{${JSON.stringify(names[0])}:${annotation.value.trim()}}`);
    if (remedy !== undefined) return remedy;
  }
  const bareName = key.replace(/^.*\//, '').replace(/:.*$/, '');
  const meant = services.has(bareName) ? bareName : nearest(key, services);
  return meant === undefined
    ? `Write the name of a Service of this Ingress: ${quoteAll(names)}.`
    : `Did you mean ${meant}?`;
}

/** An annotation that is JSON keyed by Service name. */
function byService(
  object: 'lbvserver' | 'servicegroup' | 'monitor',
  annotations: AnnotationsRead,
  services: ReadonlySet<string>,
  allowed: AllowedAttributes,
): Parsed<ReadonlyMap<string, Attributes>> {
  const annotation = annotations.get(object);
  const settings = new Map<string, Attributes>();
  if (annotation === undefined) return { value: settings, findings: [] };
  const map = parseMap(annotation);
  const findings = [...map.findings];
  for (const [service, input] of map.value) {
    if (!services.has(service)) {
      const message = `${quote(service)} is not a Service of this Ingress`;
      findings.push(invalid(annotation, message, service, serviceMeant(annotation, object, service, services)));
      continue;
    }
    const parsed = parseAttributes({ annotation, object, service }, input, allowed);
    findings.push(...parsed.findings);
    settings.set(service, parsed.value);
  }
  return { value: settings, findings };
}

/** `netprofile`: the name of a profile that exists on the appliance, for all back ends. */
function netProfile(annotations: AnnotationsRead): Parsed<Attributes> {
  const annotation = annotations.get('netprofile');
  if (annotation === undefined) return { value: {}, findings: [] };
  if (isObjectName(annotation.value)) return { value: { netprofile: annotation.value }, findings: [] };
  const message = `${quote(annotation.value)} is not a valid net profile name`;
  return { value: {}, findings: [invalid(annotation, message, annotation.value)] };
}

export interface BackendSettingsRead {
  of(service: string): BackendSettings;
  readonly findings: readonly Finding[];
}

const present = <K extends string>(key: K, value: Attributes | undefined) =>
  value === undefined || Object.keys(value).length === 0 ? {} : { [key as K]: value };

/**
 * The settings of each back end, from the annotations `lbvserver`, `servicegroup`, `monitor` and `netprofile`
 * (VAL-13). What cannot be applied is left out and said.
 *
 * @param services names of the Services that the Ingress uses.
 */
export function backendSettings(
  annotations: AnnotationsRead,
  services: ReadonlySet<string>,
  allowed: AllowedAttributes,
): BackendSettingsRead {
  const lbvserver = byService('lbvserver', annotations, services, allowed);
  const servicegroup = byService('servicegroup', annotations, services, allowed);
  const monitor = byService('monitor', annotations, services, allowed);
  const profile = netProfile(annotations);
  const timed = new Map<string, Attributes>();
  const timing: Finding[] = [];
  for (const [service, attributes] of monitor.value) {
    const checked = monitorTiming(attributes);
    if (checked.reason !== undefined) {
      const annotation = annotations.get('monitor') as Annotation;
      timing.push(invalid(annotation, `monitor of ${quote(service)}: ${checked.reason}`, service));
    }
    const plain = plainProbe(attributes);
    if (plain !== undefined) {
      const { key, path } = annotations.get('monitor') as Annotation;
      const message = `${key}: monitor of ${quote(service)}: ${plain}, so all members are marked down and the host is reset`;
      timing.push(finding('MonitorPlain', { message, path, value: service }));
    }
    // NITRO wants a type; a monitor without one probes as the appliance's default does.
    timed.set(service, Object.keys(checked.attributes).length === 0 ? {} : { type: 'TCP', ...checked.attributes });
  }
  return {
    of: (service) => ({
      ...present('lbvserver', lbvserver.value.get(service)),
      ...present('servicegroup', { ...profile.value, ...servicegroup.value.get(service) }),
      ...present('monitor', timed.get(service)),
    }),
    findings: [...lbvserver.findings, ...servicegroup.findings, ...monitor.findings, ...timing, ...profile.findings],
  };
}

/** Settings of the front end, from the annotation `csvserver` (VAL-13). */
export function csvserverSettings(annotations: AnnotationsRead, allowed: AllowedAttributes): Parsed<Attributes> {
  const annotation = annotations.get('csvserver');
  if (annotation === undefined) return { value: {}, findings: [] };
  const map = parseMap(annotation);
  const parsed = parseAttributes({ annotation, object: 'csvserver' }, Object.fromEntries(map.value), allowed);
  return { value: parsed.value, findings: [...map.findings, ...parsed.findings] };
}
