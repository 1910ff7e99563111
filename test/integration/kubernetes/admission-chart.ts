import { expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { blocksOf } from '../../support/doc-pages.ts';
import type { AdmissionStage } from './admission-stage.ts';
import { CHART, type Rendered } from './stage.ts';

const ONLY = ['--show-only', 'templates/admissionpolicy.yaml'];
const enabled = { enabled: true, classNames: ['citrix'] };

/** What the chart makes of the values of the policy. */
export function admissionChart(stage: () => AdmissionStage): void {
  const render = async (values: object, args: readonly string[] = []): Promise<Rendered[]> => {
    const text = await stage().render('chart', values, args);
    return parseAllDocuments(text).flatMap((document) => (document.toJSON() ?? []) as Rendered);
  };
  const policyOf = async (admissionPolicy: object, config: object = {}): Promise<Rendered> => {
    const whole = { config: { cluster: 'test', bus: { name: 'b' }, ...config }, admissionPolicy };
    return (await render(whole, ONLY)).find(({ kind }) => kind === 'ValidatingAdmissionPolicy') as Rendered;
  };
  const classesOf = ({ spec }: Rendered): string =>
    spec.matchConditions.find(({ name }: Rendered['metadata']) => name === 'class').expression.replace(/^.* in /s, '');

  it('by default → no policy', async () => {
    const kinds = (await render({})).map(({ kind }) => kind);
    expect(kinds).toContain('Deployment');
    expect(kinds.filter((kind) => kind.startsWith('Validating'))).toEqual([]);
  });

  it('enabled → a policy and its binding with the values', async () => {
    const values = {
      ...enabled,
      validationActions: ['Warn', 'Audit'],
      failurePolicy: 'Fail',
      namespaceSelector: { matchLabels: { team: 'shop' } },
    };
    const [policy, binding] = await render({ admissionPolicy: values }, ONLY);
    expect(policy?.spec).toMatchObject({
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { team: 'shop' } },
        resourceRules: [{ operations: ['CREATE', 'UPDATE'], resources: ['ingresses'] }],
      },
    });
    expect(binding).toMatchObject({
      kind: 'ValidatingAdmissionPolicyBinding',
      spec: { policyName: policy?.metadata.name, validationActions: ['Warn', 'Audit'] },
    });
    expect((await policyOf(enabled)).spec.failurePolicy).toBe('Ignore');
  });

  it('class names → in lower case; those of the forwarder by default', async () => {
    expect(classesOf(await policyOf({ enabled: true, classNames: ['Citrix', 'Net'] }))).toBe('["citrix", "net"]');
    expect(classesOf(await policyOf({ ...enabled, withoutClass: true }))).toBe('["citrix", ""]');
    const config = { ingress: { classNames: ['edge'] } };
    expect(classesOf(await policyOf({ enabled: true }, config))).toBe('["edge"]');
  });

  it.each<[string, object, readonly string[], string]>([
    ['no class name', { enabled: true }, [], 'admissionPolicy.classNames must be set'],
    ['a class name with a quote', { ...enabled, classNames: ['a"b'] }, [], '/admissionPolicy/classNames/0'],
    [
      'both Deny and Warn',
      { ...enabled, validationActions: ['Deny', 'Warn'] },
      [],
      '/admissionPolicy/validationActions',
    ],
    ['an unknown action', { ...enabled, validationActions: ['Block'] }, [], '/admissionPolicy/validationActions/0'],
    ['an unknown value', { ...enabled, actions: ['Deny'] }, [], 'actions'],
    ['an older cluster', enabled, ['--kube-version', '1.30.9'], 'admissionPolicy needs Kubernetes 1.31'],
  ])('%s → refused by name', async (_, admissionPolicy, args, named) => {
    await expect(stage().render('chart', { admissionPolicy }, args)).rejects.toThrow(named);
  });

  it('an older cluster without the policy → rendered', async () => {
    expect((await render({}, ['--kube-version', '1.25.0'])).length).toBeGreaterThan(5);
  });

  it('the values of docs/admission.md → rendered', async () => {
    const [block] = blocksOf('docs/admission.md').filter(({ language }) => language === 'yaml');
    const [, binding] = await render(parse(block?.text ?? ''), ONLY);
    expect(binding?.spec.validationActions).toEqual(['Warn', 'Audit']);
  });

  it('passes helm lint with the policy', async () => {
    const args = [
      'lint',
      CHART,
      '--strict',
      '--set',
      'admissionPolicy.enabled=true,admissionPolicy.classNames={citrix}',
    ];
    expect(await stage().helm(args)).toContain('0 chart(s) failed');
  });
}
