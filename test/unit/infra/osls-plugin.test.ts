import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import Artifacts from '../../../infra/osls-plugin.ts';
import { createProject, type Project } from '../../integration/cloud/support/project.ts';
import { unzip } from '../../integration/cloud/support/zip.ts';

describe('the osls plugin', () => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject();
    mkdirSync(join(project.dir, '.serverless'));
    writeFileSync(join(project.dir, '.serverless/audit.zip'), 'of yesterday');
    writeFileSync(join(project.dir, '.serverless/reconcile.zip'), 'of yesterday');
  });
  afterAll(() => project?.remove());

  interface Definition {
    readonly handler: string;
    package?: { artifact?: string; individually?: boolean };
  }

  const osls = (functions: Record<string, Definition>) => ({
    serviceDir: project.dir,
    service: {
      custom: { nspass: { appliances: join(project.dir, 'appliances.example.yml') } },
      getAllFunctions: () => Object.keys(functions),
      getFunction: (name: string) => functions[name] ?? expect.unreachable(name),
    },
  });
  const content = (name: string): Buffer => readFileSync(join(project.dir, '.serverless', `${name}.zip`));

  it('package and deploy: each function gets a new zip, and keeps its other settings', async () => {
    const functions: Record<string, Definition> = {
      audit: { handler: 'functions/audit.handler', package: { individually: true } },
      deadLetter: { handler: 'functions/dead-letter.handler' },
    };
    await new Artifacts(osls(functions), {}).hooks['before:package:createDeploymentArtifacts']?.();
    expect(functions.audit?.package).toEqual({ individually: true, artifact: '.serverless/audit.zip' });
    expect(functions.deadLetter?.package).toEqual({ artifact: '.serverless/deadLetter.zip' });
    expect([...unzip(content('audit')).keys()]).toEqual(['appliances.json', 'functions/audit.mjs', 'sbom.cdx.json']);
    expect([...unzip(content('deadLetter')).keys()]).toEqual([
      'appliances.json',
      'functions/dead-letter.mjs',
      'sbom.cdx.json',
    ]);
  });

  it('deploy function: only the named function gets a new zip', async () => {
    const functions: Record<string, Definition> = {
      audit: { handler: 'functions/audit.handler' },
      reconcile: { handler: 'functions/reconcile.handler' },
    };
    const { hooks } = new Artifacts(osls(functions), { function: 'reconcile' });
    await hooks['before:package:function:package']?.();
    expect(functions.audit?.package).toBeUndefined();
    expect(functions.reconcile?.package).toEqual({ artifact: '.serverless/reconcile.zip' });
    expect([...unzip(content('reconcile')).keys()]).toEqual([
      'appliances.json',
      'functions/reconcile.mjs',
      'sbom.cdx.json',
    ]);
  });
});
