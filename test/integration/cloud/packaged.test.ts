import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type Project, ROOT, run } from './support/project.ts';
import { extract, unzip } from './support/zip.ts';

const FUNCTIONS = {
  ReconcileLambdaFunction: 'functions/reconcile.mjs',
  AuditLambdaFunction: 'functions/audit.mjs',
  DeadLetterLambdaFunction: 'functions/dead-letter.mjs',
};

const appliances = (extra = '') => `appliances:
  - name: edge
    clusters: [c1]
    endpoints: ['http://127.0.0.1:9']
    credentials: { secret: nspass/edge }
${extra}`;

describe('packaging, without an account', () => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject({
      appliances: appliances('    tls: { ca: authority.pem }\n'),
      files: { 'authority.pem': 'an authority\n' },
    });
    const { status, output } = await project.package();
    expect([status, output]).toEqual([0, expect.stringContaining('template.json')]);
  });
  afterAll(() => project.remove());

  it.each(Object.entries(FUNCTIONS))(
    '%s: a zip of at most 1 MB with bundle, bill of materials and configuration',
    async (id, bundle) => {
      const zip = await project.zip(id);
      expect(zip.length).toBeLessThanOrEqual(1_000_000);
      const files = unzip(zip);
      expect([...files.keys()].sort()).toEqual(['appliances.json', 'ca/edge.pem', 'sbom.cdx.json', bundle].sort());
      const json = JSON.parse(files.get('appliances.json')?.toString() ?? '');
      expect(json.appliances[0].tls.ca).toBe('ca/edge.pem');
      expect(files.get('ca/edge.pem')?.toString()).toBe('an authority\n');
    },
  );

  it('is the same byte for byte, wherever and whenever it is made', async () => {
    const other = await createProject({
      appliances: appliances('    tls: { ca: authority.pem }\n'),
      files: { 'authority.pem': 'an authority\n' },
    });
    try {
      expect((await other.package()).status).toBe(0);
      expect(await other.template()).toEqual(await project.template());
      for (const id of Object.keys(FUNCTIONS)) {
        expect((await other.zip(id)).equals(await project.zip(id)), id).toBe(true);
      }
    } finally {
      await other.remove();
    }
  });

  it('names every zip after its content, so that a changed function is deployed and an unchanged one is not', async () => {
    const template = await project.template();
    for (const id of Object.keys(FUNCTIONS)) {
      const code = template.Resources[id]?.Properties.Code as { S3Bucket: unknown; S3Key: string };
      expect(code.S3Bucket).toEqual({ Ref: 'CodeBucket' });
      expect(code.S3Key).toMatch(/^nspass\/[a-zA-Z]+-[0-9a-f]{16}\.zip$/);
    }
    expect(JSON.stringify(template)).not.toContain('ServerlessDeploymentBucket');
  });

  describe('the zips, run as they are', () => {
    let dir: string;

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'nspass-zip-'));
      for (const id of Object.keys(FUNCTIONS)) extract(await project.zip(id), join(dir, id));
      // Lambda has the SDK beside every function.
      await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
    });
    afterAll(() => rm(dir, { recursive: true, force: true }));

    const invoke = async (id: keyof typeof FUNCTIONS, event: unknown) => {
      const script = `import { handler } from './${FUNCTIONS[id]}';
const context = { getRemainingTimeInMillis: () => 5000, awsRequestId: 'r', functionName: 'f' };
const answer = await handler(${JSON.stringify(event)}, context).catch((error) => ({ thrown: error.message }));
console.log('ANSWER ' + JSON.stringify({ answer }));
process.exit(0);`;
      await writeFile(join(dir, id, 'invoke.mjs'), script);
      const { output } = await run(process.execPath, ['invoke.mjs'], join(dir, id), {
        PATH: process.env.PATH,
        NSPASS_BUS_NAME: 'bus',
        NSPASS_DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:9/0/dead',
        NSPASS_PARKING_QUEUE_URL: 'http://127.0.0.1:9/0/parking',
        NSPASS_QUEUE_PREFIX: 'nspass-dev-',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        AWS_REGION: 'eu-central-1',
      });
      const line = /ANSWER (.*)/.exec(output)?.[1];
      if (line === undefined) throw new Error(output);
      return { ...(JSON.parse(line) as { answer: unknown }), output };
    };

    const record = (queue: string, body: string) => ({
      Records: [
        {
          messageId: 'm1',
          receiptHandle: 'r1',
          body,
          attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'edge' },
          messageAttributes: {},
          eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${queue}`,
        },
      ],
    });

    it('reconcile knows its queue, and refuses one that only ends like it', async () => {
      const { answer } = await invoke('ReconcileLambdaFunction', record('nspass-dev-b-edge.fifo', '{}'));
      expect(answer).toEqual({ thrown: 'queue "nspass-dev-b-edge.fifo" does not belong to a configured appliance' });
    });

    it('dead-letter gives back what it cannot park', async () => {
      const { answer } = await invoke('DeadLetterLambdaFunction', record('nspass-dev-dead_letters.fifo', '{'));
      expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    });

    it('audit says in its log that the appliance cannot be read, and ends well (LIF-8)', async () => {
      const { answer, output } = await invoke('AuditLambdaFunction', {});
      expect(answer).toBeUndefined();
      expect(output).toContain('audit failed');
    });
  });
});

describe('bad input stops packaging, with file, line and reason', () => {
  it.each([
    ['a wrong key', appliances('    vip: 10.0.0.1\n'), [], 'appliances.yml:6:5: appliances.0.vip: unknown key'],
    [
      'an impossible range',
      appliances('    frontendIPs: [10.0.0.0/33]\n'),
      [],
      'appliances.yml:6:19: appliances.0.frontendIPs.0: "10.0.0.0/33" has a prefix of more than 32 bits',
    ],
    [
      'an authority that is not there',
      appliances('    tls: { ca: none.pem }\n'),
      [],
      'appliances.yml:6:12: appliances.0.tls.ca: the file none.pem does not exist',
    ],
    [
      'credentials that only one machine has',
      appliances().replace('secret: nspass/edge', 'environment: EDGE'),
      [],
      'appliances.yml:5:5: appliances.0.credentials: functions read credentials from Secrets Manager',
    ],
    ['a wrong setting', appliances(), ['archivDays: 5'], 'custom.nspass: unknown key archivDays'],
  ])('%s', async (_case, text, settings, reason) => {
    const project = await createProject({ appliances: text, settings });
    try {
      const { status, output } = await project.package();
      expect(output).toContain(reason);
      // The reason, and no stack trace around it.
      expect(output).not.toMatch(/^\s+at /m);
      expect(status).not.toBe(0);
    } finally {
      await project.remove();
    }
  });

  it('and stops osls itself as well', async () => {
    const project = await createProject({ appliances: appliances('    vip: 10.0.0.1\n') });
    try {
      const { status, output } = await project.osls('package');
      expect(output).toContain('appliances.yml:6:5: appliances.0.vip: unknown key');
      expect(status).not.toBe(0);
    } finally {
      await project.remove();
    }
  });
});
