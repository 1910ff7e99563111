import { createHash } from 'node:crypto';

/** Part of a CloudFormation template that packaging reads. */
export interface Template {
  readonly [section: string]: unknown;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** The only parameter of the template: the bucket with the zips. */
const BUCKET = 'CodeBucket';

/** Resources of osls's own upload bucket. Other deployment tools use a bucket of the user. */
const UPLOAD_RESOURCES = ['ServerlessDeploymentBucket', 'ServerlessDeploymentBucketPolicy'];

/**
 * Turns the template of osls into one for plain CloudFormation: without the bucket of osls, and with keys that are hashes of
 * the zips instead of the time of packaging. The same sources give the same template.
 *
 * @param zips name of a zip → its content.
 * @returns the template, and `keys`: name of a zip → its key in the bucket.
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
  const kept = Object.entries(template.Resources).filter(([id]) => !UPLOAD_RESOURCES.includes(id));
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
