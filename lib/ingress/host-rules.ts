import type { Finding, IngressState } from '../contract/index.ts';
import type { LocatedPath } from './backend-choice.ts';
import { finding, quote } from './finding.ts';
import { parseHost } from './host.ts';

/** A host with its paths from all rules that name it (VAL-6). */
export interface HostRule {
  readonly host: string;
  /** Path of its first rule: `spec.rules[0]`. */
  readonly at: string;
  readonly paths: LocatedPath[];
}

/** Groups the rules by host, in their order, and reports invalid hosts (VAL-1, VAL-4, VAL-6). */
export function hostRules(rules: IngressState['rules']): { hosts: HostRule[]; findings: Finding[] } {
  const hosts = new Map<string, HostRule>();
  const findings: Finding[] = [];
  for (const [index, rule] of rules.entries()) {
    const at = `spec.rules[${index}]`;
    if (!hasHost(rule)) {
      findings.push(finding('HostRequired', { message: `rule ${index + 1} has no host`, path: at }));
      continue;
    }
    const parsed = parseHost(rule.host);
    if ('reason' in parsed) {
      const remedy =
        parsed.suggestion === undefined ? {} : { remedy: `Write host: ${JSON.stringify(parsed.suggestion)}` };
      const message = `the host ${quote(rule.host)} ${parsed.reason}`;
      findings.push(finding('HostInvalid', { message, path: `${at}.host`, value: rule.host, ...remedy }));
      continue;
    }
    const known = hosts.get(parsed.host) ?? { host: parsed.host, at, paths: [] };
    hosts.set(parsed.host, known);
    known.paths.push(...rule.paths.map((entry, i) => ({ entry, at: `${at}.http.paths[${i}]` })));
  }
  return { hosts: [...hosts.values()], findings };
}

function hasHost<T extends { readonly host?: string | undefined }>(rule: T): rule is T & { readonly host: string } {
  return rule.host !== undefined && rule.host !== '';
}

/** Reports a default back end, because it matches no host (VAL-2), and an Ingress with neither rules nor one (VAL-1). */
export function defaultBackend(state: IngressState): Finding[] {
  const path = 'spec.defaultBackend';
  if (state.defaultBackend !== undefined) {
    return state.rules.some(hasHost)
      ? [
          finding('DefaultBackendIgnored', {
            message: 'spec.defaultBackend has no effect beside rules with hosts',
            path,
          }),
        ]
      : [
          finding('DefaultBackendUnsupported', {
            message: 'the Ingress has a default back end, but no rule with a host',
            path,
          }),
        ];
  }
  if (state.rules.length > 0) return [];
  return [finding('HostRequired', { message: 'the Ingress has no rules', path: 'spec.rules' })];
}
