import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GATEWAY_FINDINGS } from '../../../lib/ingress/catalogue/gateway.ts';
import { CATALOGUE, FINDING_CODES } from '../../../lib/ingress/index.ts';
import { renderAdmission } from '../../../scripts/admission-docs.ts';
import { facts } from '../../../scripts/admission-facts.ts';
import { renderAdmissionRules } from '../../../scripts/admission-policy.ts';
import { ADMISSION_RULES, NOT_ADMISSION, type Validation } from '../../../scripts/admission-rules.ts';

interface Policy {
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly (Validation & { readonly reason: string })[];
}

const CLASSES = '["citrix"]';
const text = renderAdmissionRules();
const policy = parse(
  text.replaceAll(/^\{\{-.*-\}\}$/gm, '').replaceAll('{{ include "admission.classNames" . }}', CLASSES),
) as Policy;
const covered = new Set<string>(ADMISSION_RULES.map(({ code }) => code));

describe('the rules of the policy', () => {
  it('every error of an Ingress is covered, or it is said why not; no warning is covered', () => {
    for (const code of FINDING_CODES.filter((each) => !(each in GATEWAY_FINDINGS))) {
      const known = [covered.has(code), code in NOT_ADMISSION];
      expect(known.filter(Boolean), code).toHaveLength(CATALOGUE[code].severity === 'error' ? 1 : 0);
    }
  });

  it('the page names every error', () => {
    const page = renderAdmission();
    for (const code of [...covered, ...Object.keys(NOT_ADMISSION)]) expect(page).toContain(`[${code}](findings.md#`);
    expect(page).toContain('up to 400 rules, 400 hosts in `spec.tls` and 1,000 paths');
  });

  it('every rule lists what a variable holds, of both objects', () => {
    const of = (object: 'object' | 'oldObject') => facts(object).map(({ name }) => name);
    for (const { list } of ADMISSION_RULES) {
      expect(of('object')).toContain(list);
      expect(of('oldObject')).toContain(`old${list.charAt(0).toUpperCase()}${list.slice(1)}`);
    }
  });
});

describe('infra/helm/templates/_admission-rules.tpl', () => {
  it('is what the rules say', () => {
    expect(readFileSync('infra/helm/templates/_admission-rules.tpl', 'utf8')).toBe(text);
  });

  it('holds nothing that Helm reads but its head, its end and the class names', () => {
    const templates = [...text.matchAll(/\{\{.*?\}\}/gs)].map(([found]) => found);
    expect(new Set(templates.slice(2, -1))).toEqual(new Set(['{{ include "admission.classNames" . }}']));
  });

  it('every variable uses only those before it, and each has one name', () => {
    const known = new Set<string>();
    for (const { name, expression } of policy.variables) {
      const used = [...expression.matchAll(/variables\.(\w+)/g)].map(([, other = '']) => other);
      expect(
        used.filter((other) => !known.has(other)),
        name,
      ).toEqual([]);
      expect(known.has(name), name).toBe(false);
      known.add(name);
    }
    const used = policy.validations.flatMap(({ expression, messageExpression }) =>
      [...`${expression} ${messageExpression}`.matchAll(/variables\.(\w+)/g)].map(([, name = '']) => name),
    );
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('conditions use no variable, because the API server has none there', () => {
    expect(policy.matchConditions.map(({ name }) => name)).toEqual(['not-being-deleted', 'passthrough', 'class']);
    for (const { expression } of policy.matchConditions) expect(expression).not.toContain('variables.');
  });

  it('every message has the title and a remedy, and names the explanation', () => {
    expect(policy.validations).toHaveLength(ADMISSION_RULES.length);
    for (const [index, { code, ...rule }] of ADMISSION_RULES.entries()) {
      const { title, remedy } = CATALOGUE[code];
      const end = `. ${'remedy' in rule ? rule.remedy : remedy} (nspass explain ${code})`;
      const { message, messageExpression, reason } = policy.validations[index] as Policy['validations'][number];
      expect(message).toBe(`${title}${end}`);
      expect(messageExpression).toContain(`"${title}: `);
      expect(messageExpression).toContain(end);
      expect(reason).toBe('Invalid');
    }
  });
});
