import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { FolderObjects } from '../../../../lib/cli/conformance/folder-objects.ts';

const NOW = new Date('2026-11-30T05:59:01Z');
const node = (name: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } });

describe('the objects of a conformance run in a folder', () => {
  let objects: FolderObjects;

  beforeEach(async () => {
    objects = await FolderObjects.create();
  });
  afterEach(() => objects.delete());

  const names = () =>
    parseAllDocuments(readFileSync(join(objects.folder, 'cluster.yaml'), 'utf8')).map((document) =>
      document.getIn(['metadata', 'name']),
    );

  it('keeps what cases that run side by side change in one namespace', async () => {
    const all = Array.from({ length: 40 }, (_, index) => node(`node-${index}`));
    await Promise.all(all.map((one) => objects.apply('cluster', [one], NOW)));
    expect(names()).toHaveLength(40);
    await Promise.all(all.slice(1).map((one) => objects.remove('cluster', [one])));
    expect(names()).toEqual(['node-0']);
    expect(readdirSync(objects.folder)).toEqual(['cluster.yaml']);
  });

  it('keeps the creation time of an object that is applied again', async () => {
    await objects.apply('cluster', [node('a')], NOW);
    await objects.apply('cluster', [node('a')], new Date(NOW.getTime() + 60_000));
    expect(readFileSync(join(objects.folder, 'cluster.yaml'), 'utf8')).toContain(NOW.toISOString());
  });
});
