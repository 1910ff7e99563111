import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { lintCommand } from '../../../lib/cli/lint.ts';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: a manifest is looked into freely
  readonly spec: any;
}

const FILE = 'docs/examples/shop.yaml';
const objects = parseAllDocuments(readFileSync(FILE, 'utf8')).map((document) => document.toJSON() as Manifest);
const find = (kind: string): Manifest => {
  const found = objects.find((object) => object.kind === kind);
  if (found === undefined) throw new Error(`${FILE} has no ${kind}`);
  return found;
};

describe('the example of the deployment guide', () => {
  it('has nothing against it on the appliance of appliances.example.yml', async () => {
    const said = { text: '', status: -1 };
    const out = (part: string): void => {
      said.text += part;
    };
    const exit = (code: number): void => {
      said.status = code;
    };
    const command = lintCommand(
      { read: () => Promise.reject(new Error('no cluster')) },
      { stdin: Readable.from([]), out, err: out, exit },
    );
    await command.parseAsync([FILE, '--config', 'appliances.example.yml', '--appliance', 'edge'], { from: 'user' });
    expect([said.status, said.text.trim()]).toEqual([0, '0 errors, 0 warnings in 1 Ingress with passthrough']);
  });

  it('has pods behind its Service, which listen where it leads', () => {
    const { template, selector } = find('Deployment').spec;
    expect(template.metadata.labels).toMatchObject(find('Service').spec.selector);
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    const [port] = find('Service').spec.ports;
    const [container] = template.spec.containers;
    expect(container.ports.map(({ name }: { name: string }) => name)).toContain(port.targetPort);
    expect(new Set(['Deployment', 'Service', 'Ingress'].map((kind) => find(kind).metadata.namespace))).toEqual(
      new Set([find('Namespace').metadata.name]),
    );
  });

  it('is asked by the guide under its host and the address of the appliance', () => {
    const guide = readFileSync('docs/deploy/README.md', 'utf8');
    const [, host, address] = /--resolve (\S+):443:(\S+) /.exec(guide) ?? [];
    expect(find('Ingress').spec.rules[0].host).toBe(host);
    expect(readFileSync('appliances.example.yml', 'utf8')).toContain(`defaultVip: ${address}\n`);
  });
});
