import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../../infra/standalone.ts';
import { CloudApi } from './support/api.ts';
import { type HclBlock, type HclModule, readHcl } from './support/hcl.ts';
import { CLOUD_TOOLS, type Ministack, REGION, SKIPPED, startMinistack } from './support/ministack.ts';
import { createProject, type Project } from './support/project.ts';
import { create, outputs, UNKNOWN_TYPES, withoutTypes } from './support/stack.ts';

const MODULE = 'infra/terraform';
const EXAMPLE = 'infra/terraform/examples/prod';
const CLUSTERS = { 'prod-eu': 'ProdDasheu', c1: 'C1' };
const PER_CLUSTER = ['ForwarderRoleArn', 'OutcomesQueueUrl'];
/** An expression, as the parser returns it. */
const expression = (text: string): string => `\${${text}}`;

const APPLIANCES = `appliances:
  - name: edge
    clusters: [${Object.keys(CLUSTERS).join(', ')}]
    endpoints: ['http://127.0.0.1:9']
    credentials: { secret: nspass/edge }
`;

// OpenTofu is not among what CI can install: see the README of the module. So its parts are checked one by one.
describe.skipIf(!CLOUD_TOOLS)(`the Terraform module${SKIPPED}`, () => {
  let project: Project;
  let template: Template;
  let hcl: HclModule;
  let stack: HclBlock;

  beforeAll(async () => {
    project = await createProject({ appliances: APPLIANCES });
    const { status, output } = await project.package();
    expect(status, output).toBe(0);
    template = await project.template();
    hcl = await readHcl(MODULE);
    stack = hcl.resource?.['aws_cloudformation_stack.this'] ?? {};
  });
  afterAll(() => project?.remove());

  /** Objects that the module puts into the bucket: key → content. */
  async function objects(): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const dir = join(project.dir, '.serverless/standalone');
    const { for_each: each, key, source } = hcl.resource?.['aws_s3_object.zip'] ?? {};
    expect([each, key, source]).toEqual([
      expression('fileset(var.package_dir, "nspass/*.zip")'),
      expression('each.value'),
      `${expression('var.package_dir')}/${expression('each.value')}`,
    ]);
    const zips = (await readdir(join(dir, 'nspass'))).filter((name) => name.endsWith('.zip'));
    const keys = zips.map((name) => `nspass/${name}`);
    return new Map(
      await Promise.all(keys.map(async (one) => [one, new Uint8Array(await readFile(join(dir, one)))] as const)),
    );
  }

  it('passes the parameters of the template, and the capabilities that it needs', () => {
    expect(Object.keys(stack.parameters as object)).toEqual(Object.keys(template.Parameters as object));
    expect(stack.parameters).toEqual({ CodeBucket: expression('var.bucket') });
    const named = Object.values(template.Resources).filter(({ Properties }) => Properties?.RoleName !== undefined);
    // A role with a name would need CAPABILITY_NAMED_IAM.
    expect([stack.capabilities, named]).toEqual([['CAPABILITY_IAM'], []]);
  });

  it('uploads exactly the zips that the template runs, before the stack', async () => {
    const code = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' ? [(Properties.Code as { S3Key: string }).S3Key] : [],
    );
    expect([...(await objects()).keys()].sort()).toEqual(code.sort());
    expect(stack.depends_on).toEqual([expression('aws_s3_object.zip')]);
  });

  it('returns every output of the stack', () => {
    const all = Object.keys(template.Outputs ?? {});
    const returned = Object.values(hcl.output ?? {}).flatMap(
      ({ value }) => /^\$\{aws_cloudformation_stack\.this\.outputs\["(\w+)"\]\}$/.exec(String(value))?.[1] ?? [],
    );
    const perCluster = all.filter((name) => PER_CLUSTER.some((prefix) => name.startsWith(prefix)));
    expect([...returned, ...perCluster].sort()).toEqual(all.sort());
    const ofClusters = Object.values(CLUSTERS).flatMap((name) => PER_CLUSTER.map((prefix) => `${prefix}${name}`));
    expect(perCluster.sort()).toEqual(ofClusters.sort());
    const forwarders = String(hcl.output?.forwarders?.value);
    expect(forwarders).toContain('if startswith(name, "ForwarderRoleArn")');
    expect(forwarders).toContain(`outputs["OutcomesQueueUrl${expression('trimprefix(name, "ForwarderRoleArn")')}"]`);
  });

  it.each<[variable: string, good: string[], bad: string[]]>([
    ['name', ['nspass-prod', 'n'], ['', '1nspass', 'nspass_prod', 'nspass prod', `n${'x'.repeat(128)}`]],
    ['bucket', ['example-deployments', 'a.b'], ['', 'a', 'A-b', 's3://example', 'arn:aws:s3:::example', '-a-']],
    [
      'iam_role_arn',
      ['arn:aws:iam::123456789012:role/deploy', 'arn:aws-cn:iam::123456789012:role/path/deploy'],
      ['deploy', 'arn:aws:iam::123456789012:user/deploy', 'arn:aws:iam::1:role/deploy'],
    ],
  ])('%s: wrong values are refused before anything is made', (name, good, bad) => {
    const { validation } = hcl.variable?.[name] ?? {};
    const [{ condition }] = validation as [{ condition: string }];
    // RE2, which Terraform uses, reads these expressions as JavaScript does.
    const pattern = new RegExp(/regex\("([^"]+)", var\.\w+\)/.exec(condition)?.[1] ?? 'none');
    expect(good.filter((value) => !pattern.test(value))).toEqual([]);
    expect(bad.filter((value) => pattern.test(value))).toEqual([]);
  });

  it('every variable and output is described, and the example sets and returns only what there is', async () => {
    for (const kind of ['variable', 'output']) {
      for (const [name, { description }] of Object.entries(hcl[kind] ?? {})) expect(description, name).toMatch(/\.$/);
    }
    const example = await readHcl(EXAMPLE);
    const { source, ...set } = example.module?.nspass ?? {};
    expect(source).toBe('../..');
    const variables = Object.entries(hcl.variable ?? {});
    const required = variables.filter(([, block]) => !('default' in block)).map(([name]) => name);
    expect(variables.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(set)));
    expect(Object.keys(set)).toEqual(expect.arrayContaining(required));
    const used = Object.values(example.output ?? {}).map(
      ({ value }) => /module\.nspass\.(\w+)/.exec(String(value))?.[1],
    );
    expect(Object.keys(hcl.output ?? {})).toEqual(expect.arrayContaining(used));
  });

  describe('its arguments, sent to the CloudFormation of an emulated cloud', () => {
    let ministack: Ministack;
    beforeAll(async () => {
      ministack = await startMinistack();
    });
    afterAll(() => ministack?.stop());

    it('make the stack from the template in the bucket, with tags and outputs', async () => {
      const api = new CloudApi(ministack.endpoint, REGION);
      const bucket = 'example-deployments';
      const location = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
      await api.rest('s3', 'PUT', `/${bucket}`, location);
      for (const [key, content] of await objects()) await api.rest('s3', 'PUT', `/${bucket}/${key}`, content);
      const known = withoutTypes(template, UNKNOWN_TYPES, REGION);
      const templateKey = 'nspass/template.json';
      await api.rest('s3', 'PUT', `/${bucket}/${templateKey}`, JSON.stringify(known));
      const filled = (value: unknown): string => String(value).replaceAll(expression('var.bucket'), bucket);
      const parameters = Object.entries(stack.parameters as Record<string, string>).flatMap(([key, value], index) => [
        [`Parameters.member.${index + 1}.ParameterKey`, key],
        [`Parameters.member.${index + 1}.ParameterValue`, filled(value)],
      ]);
      const capabilities = (stack.capabilities as string[]).map((one, index) => [
        `Capabilities.member.${index + 1}`,
        one,
      ]);
      expect(stack.template_url).toBe(
        `https://${expression('data.aws_s3_bucket.code.bucket_regional_domain_name')}/${expression('aws_s3_object.template.key')}`,
      );
      await create(api, 'nspass-terraform', {
        TemplateURL: `${ministack.endpoint}/${bucket}/${templateKey}`,
        TimeoutInMinutes: String(hcl.variable?.timeout_in_minutes?.default),
        'Tags.member.1.Key': 'team',
        'Tags.member.1.Value': 'platform',
        ...Object.fromEntries([...parameters, ...capabilities]),
      });
      const made = await outputs(api, 'nspass-terraform');
      expect([...made.keys()].sort()).toEqual(Object.keys(template.Outputs ?? {}).sort());
    });
  });
});
