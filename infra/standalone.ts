import { createHash } from 'node:crypto';

/** A CloudFormation template, as far as packaging looks into it. */
export interface Template {
  readonly [section: string]: unknown;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** Where the zips lie: the only parameter of the template. */
const BUCKET = 'CodeBucket';

/** What osls makes to upload to. Whoever deploys otherwise has a bucket of their own. */
const UPLOAD = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];

/**
 * Makes the template of osls one that plain CloudFormation deploys, the same for the same sources: without its bucket,
 * and with keys that follow from the content of the zips instead of the time of packaging.
 *
 * @param zips name of a zip → its content.
 * @returns the template, and name of a zip → its key in the bucket.
 */
export function standalone(
  template: Template,
  zips: ReadonlyMap<string, Uint8Array>,
): { template: Template; keys: Map<string, string> } {
  const keys = new Map(
    [...zips].map(([name, content]) => {
      const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
      return [name, `nspass/${name.replace(/\.zip$/, '')}-${hash}.zip`];
    }),
  );
  const kept = Object.entries(template.Resources).filter(([id]) => !UPLOAD.includes(id));
  const Resources = Object.fromEntries(
    kept.map(([id, resource]) => {
      if (resource.Type !== 'AWS::Lambda::Function') return [id, resource];
      const code = resource.Properties.Code as { S3Key?: unknown };
      const zip = String(code.S3Key).split('/').at(-1) ?? '';
      const key = keys.get(zip);
      if (key === undefined) throw new Error(`${id} runs ${zip}, which was not packaged`);
      const Code = { S3Bucket: { Ref: BUCKET }, S3Key: key };
      return [id, { ...resource, Properties: { ...resource.Properties, Code } }];
    }),
  );
  const Outputs = Object.fromEntries(
    Object.entries(template.Outputs ?? {}).filter(([name]) => !name.startsWith('Serverless')),
  );
  return {
    template: {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: 'SSL passthrough on NetScaler from Kubernetes Ingresses, driven by events',
      Parameters: { [BUCKET]: { Type: 'String', Description: 'Bucket of this region with the zips under nspass/' } },
      Resources,
      Outputs,
    },
    keys,
  };
}
