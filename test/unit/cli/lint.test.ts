import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterReader } from '../../../lib/cli/cluster-sources.ts';
import { lintCommand } from '../../../lib/cli/lint.ts';
import { UsageError } from '../../../lib/cli/usage.ts';
import { VERSION } from '../../../lib/cli/version.ts';
import { readManifests } from '../../../lib/forwarder/source/manifests.ts';
import { type K8sIngress, type LintFinding, projectIngress } from '../../../lib/ingress/index.ts';
import { LINT_IGNORE } from '../../../lib/ingress/own-annotations.ts';
import { fieldPositions, manifestLines, parsePath } from '../../../lib/library/lint-positions.ts';
import { ingress } from '../../corpus/case.ts';
import { CLUSTER } from '../../corpus/cluster.ts';

const UNREAD = { objects: [], extent: 'unread' } as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nspass-lint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

const NO_CLUSTER: ClusterReader = { read: () => Promise.reject(new Error('no cluster')) };

async function lint(args: string[], options: { stdin?: string; reader?: ClusterReader } = {}) {
  const result = { out: '', err: '', exit: -1 };
  const out = (text: string): void => {
    result.out += text;
  };
  const err = (text: string): void => {
    result.err += text;
  };
  const exit = (status: number): void => {
    result.exit = status;
  };
  const command = lintCommand(options.reader ?? NO_CLUSTER, {
    stdin: Readable.from([options.stdin ?? '']),
    out,
    err,
    exit,
  })
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    // As lib/cli/main.ts does for all commands.
    if (!(error instanceof CommanderError) && !(error instanceof UsageError)) throw error;
    exit(error instanceof CommanderError && error.exitCode === 0 ? 0 : 2);
    err(error.message);
  }
  return result;
}

const json = async (args: string[], options?: { stdin?: string; reader?: ClusterReader }) => {
  const result = await lint([...args, '--format', 'json'], options);
  return { ...result, findings: JSON.parse(result.out) as LintFinding[] };
};

const manifest = (host: string, more = '') => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: web
  annotations:
    ingress.citrix.com/frontend-ip: 192.0.2.10
    ingress.citrix.com/ssl-passthrough: "True"${more}
spec:
  ingressClassName: citrix
  rules:
  - host: ${host}
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 443
  tls:
  - secretName: cert
`;
const SERVICE = `---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: web
spec:
  ports:
  - port: 443
`;

describe('exit codes', () => {
  it.each([
    ['0 where nothing is wrong', manifest('a.example') + SERVICE, 0],
    ['0 where there are warnings', manifest('a.example'), 0],
    ['1 where there is an error', manifest('a_b'), 1],
    ['0 where there is no Ingress', SERVICE, 0],
    ['0 where there is nothing at all', '', 0],
    ['1 where a file is no YAML', 'a: [', 1],
  ])('%s', async (_, stdin, exit) => {
    expect((await lint(['-'], { stdin })).exit).toBe(exit);
  });

  it.each([
    ['no target', [], 'nothing to lint'],
    ['a target that is not there', ['/nonexistent/x.yaml'], '/nonexistent/x.yaml does not exist.'],
    ['a target and the cluster', ['-', '--live'], 'targets and --live exclude each other: use one of them.'],
    ['the same by its former name', ['-', '--cluster'], 'targets and --live exclude each other: use one of them.'],
    ['an unknown format', ['-', '--format', 'xml'], 'Allowed choices are table, json, sarif'],
    ['an unknown option', ['-', '--nonsense'], 'unknown option'],
    ['a context without a cluster', ['-', '--context', 'x'], '--context needs --live.'],
    ['a namespace without a cluster', ['-', '-n', 'x'], '--namespace needs --live.'],
    ['an appliance of no configuration', ['-', '--appliance', 'x'], '--appliance needs --config'],
    ['a configuration that is not there', ['-', '--config', '/nonexistent.yml'], '/nonexistent.yml does not exist'],
  ])('2 for wrong usage: %s', async (_, args, message) => {
    const { exit, err, out } = await lint(args);
    expect(exit).toBe(2);
    expect(err).toContain(message);
    expect(out).toBe('');
  });

  it.each([
    ['1 for a warning', manifest('a.example'), 1],
    ['1 for an error', manifest('a_b') + SERVICE, 1],
    ['0 where nothing is found', manifest('a.example') + SERVICE, 0],
  ])('with --strict: %s', async (_, stdin, exit) => {
    expect((await lint(['-', '--strict'], { stdin })).exit).toBe(exit);
  });

  it('0 for help, which names them', async () => {
    const { exit, out } = await lint(['--help']);
    expect(exit).toBe(0);
    expect(out).toContain(
      'Exit status: 0 without errors, 1 with errors (with --strict, also with warnings), 2 for wrong usage',
    );
  });
});

describe('where there is nothing to lint', () => {
  it.each(['table', 'json', 'sarif'])(
    '2 for a folder without manifests, as for one that was mistyped: %s',
    async (format) => {
      await file('no-manifests/README.md', 'text');
      await file('no-manifests/.hidden/a.yaml', manifest('a.example'));
      const { exit, err, out } = await lint([join(folder, 'no-manifests'), '--format', format]);
      expect(exit).toBe(2);
      expect(err).toContain(
        `${join(folder, 'no-manifests')} contains no manifests: no *.yaml, *.yml or *.json files, also in its subfolders`,
      );
      expect(out).toBe('');
    },
  );

  it.each([
    ['nothing', '', [], 'there is no Ingress in standard input.'],
    ['no Ingress', SERVICE, [], 'there is no Ingress in standard input.'],
    ['an empty list', 'apiVersion: v1\nkind: List\nitems: []\n', [], 'there is no Ingress in standard input.'],
    [
      'an Ingress without passthrough',
      manifest('a.example').replace(/ {4}ingress.citrix.com\/ssl-passthrough.*\n/, ''),
      [],
      "the only Ingress in standard input does not request passthrough (ingress.citrix.com/ssl-passthrough: 'true') with a class of citrix.com/ingress-controller.",
    ],
    [
      'Ingresses of other classes',
      `${manifest('a.example')}---\n${manifest('b.example').replace('name: shop', 'name: b')}`,
      ['--class', 'x', '--class', 'y'],
      "none of the 2 Ingresses in standard input requests passthrough (ingress.citrix.com/ssl-passthrough: 'true') with the class x or y.",
    ],
  ])('0, and a note apart from the output: %s', async (_, stdin, args, note) => {
    const { exit, err, out } = await lint(['-', '--format', 'json', ...args], { stdin });
    expect(exit).toBe(0);
    expect(out).toBe('[]\n');
    expect(err).toContain('nspass: nothing was checked');
    expect(err).toContain(note);
  });

  it('a class that was not found and is assumed to be ours is named, except that of the vendor’s samples', async () => {
    const of = (name: string) =>
      (manifest('a.example') + SERVICE).replace('ingressClassName: citrix', `ingressClassName: ${name}`);
    expect((await lint(['-'], { stdin: of('edge') })).err).toBe(
      'nspass: the class "edge" was not found; it is assumed to belong to citrix.com/ingress-controller.\n',
    );
    expect((await lint(['-'], { stdin: of('citrix') })).err).toBe('');
  });

  it('no note if Ingresses were checked', async () => {
    expect((await lint(['-'], { stdin: manifest('a.example') + SERVICE })).err).toBe('');
  });
});

describe('targets', () => {
  it('a file: each finding has the line of its field', async () => {
    const more = `\n    ingress.citrix.com/secure-port: "0"\n    # said twice\n    ingress.citrix.com/insecure-port: "0"`;
    const path = await file('one.yaml', `# a comment\n---\n${manifest('a_b', more)}${SERVICE}`);
    const { findings, exit } = await json([path]);
    expect(findings.map(({ code, file: name, line }) => [code, name, line])).toEqual([
      ['PortInvalid', path, 11],
      ['PortInvalid', path, 13],
      ['HostInvalid', path, 17],
    ]);
    expect(exit).toBe(1);
  });

  it('standard input, with exactly the fields that scripts read', async () => {
    const { findings } = await json(['-'], { stdin: manifest('a_b') + SERVICE });
    expect(findings).toEqual([
      {
        code: 'HostInvalid',
        severity: 'error',
        namespace: 'web',
        name: 'shop',
        file: 'stdin',
        line: 12,
        column: 11,
        endLine: 12,
        endColumn: 14,
        message: 'the host "a_b" has an underscore, which host names cannot have',
        remedy: 'Write a DNS name, such as shop.example.com or *.example.com.',
      },
    ]);
  });

  it('a folder: all manifests below it know each other', async () => {
    await file('all/ingress.yaml', manifest('a.example'));
    await file('all/deep/service.yml', SERVICE);
    await file('all/deep/broken.json', '{"a": ');
    await file('all/README.md', 'kind: [');
    const { findings } = await json([join(folder, 'all')]);
    expect(findings.map(({ code, file: name }) => [code, name])).toEqual([
      ['ManifestInvalid', join(folder, 'all/deep/broken.json')],
    ]);
  });

  it('a list, and JSON', async () => {
    const bad = ingress({ hosts: ['ok.example', 'a_b'] });
    const empty = ingress({ hosts: [''], metadata: { name: 'empty' } });
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [bad, empty] }, null, 1);
    const lines = stdin.split('\n');
    const { findings } = await json(['-'], { stdin });
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, line }) => [code, lines[line - 1]?.trim()])).toEqual([
      ['HostInvalid', '"host": "a_b",'],
      ['HostRequired', '{'],
    ]);
  });

  it.each(['--live', '--cluster'])('%s: the cluster, whose Services are all there', async (option) => {
    const lost = ingress({
      rules: [
        {
          host: 'a.example',
          http: { paths: [{ path: '/', backend: { service: { name: 'x', port: { number: 1 } } } }] },
        },
      ],
    });
    const reader = {
      read: async () => ({ objects: [...CLUSTER, lost as K8sIngress], classesKnown: true, gateways: UNREAD }),
    };
    const { findings, exit } = await json([option], { reader });
    expect(findings.map(({ code, severity, file: name, line }) => [code, severity, name, line])).toEqual([
      ['ServiceNotFound', 'error', 'cluster', 1],
    ]);
    expect(exit).toBe(1);
  });

  it('a cluster: which one, and a class that could not be read is assumed to be ours', async () => {
    const asked: unknown[] = [];
    const edge = { ...(ingress({ className: 'edge' }) as K8sIngress) };
    const reader: ClusterReader = {
      read: async (query) => {
        asked.push(query?.context, query?.kubeconfig, query?.namespace);
        return { objects: [...CLUSTER, edge], classesKnown: false, gateways: UNREAD };
      },
    };
    const args = ['--cluster', '--context', 'prod', '--kubeconfig', '/k', '--namespace', 'shop'];
    const { findings, err } = await json(args, { reader });
    expect(asked).toEqual(['prod', '/k', 'shop']);
    expect(findings).toEqual([]);
    expect(err).toContain('the class "edge" was not found');
  });

  it('several files, which know each other, each once', async () => {
    const bad = await file('some/bad.yaml', manifest('a_b'));
    const service = await file('some/service.yaml', SERVICE);
    const { findings, exit } = await json([bad, service, bad]);
    expect(findings.map(({ code, file: name }) => [code, name])).toEqual([['HostInvalid', bad]]);
    expect(exit).toBe(1);
    const two = await json([service, '-'], { stdin: manifest('a.example') });
    expect(two.findings).toEqual([]);
  });

  it('a class before the target does not swallow it', async () => {
    const path = await file('classed.yaml', manifest('a_b'));
    expect((await json(['--class', 'citrix', path])).findings).toMatchObject([{ code: 'HostInvalid' }]);
  });

  it('a cluster that cannot be read', async () => {
    const reader = { read: () => Promise.reject(new Error('connection refused')) };
    const { err, exit } = await lint(['--cluster'], { reader });
    expect([err, exit]).toEqual(['cannot read the cluster: connection refused', 2]);
  });

  it.each([
    ['a file that is none', 'x.yaml/y', 'not a folder'],
    ['a name that no file can have', 'a\u0000b', 'null bytes'],
  ])('%s', async (_, name, message) => {
    await file('x.yaml', '');
    const { err, exit } = await lint([join(folder, name)]);
    expect(exit).toBe(2);
    expect(err).toContain(message);
  });
});

describe('ManifestInvalid: what the API server would refuse', () => {
  it.each([
    ['an unquoted boolean', manifest('a.example').replace('"True"', 'True') + SERVICE, 8, 'quotes'],
    [
      'an old API version',
      manifest('a.example').replace('networking.k8s.io/v1', 'extensions/v1beta1'),
      1,
      'networking.k8s.io/v1',
    ],
    ['a name that is none', manifest('a.example').replace('name: shop', 'name: Shop_1'), 1, 'Shop_1'],
    ['no YAML', `${SERVICE}---\na: [`, 11, 'YAML'],
  ])('%s', async (_, stdin, line, text) => {
    const { findings } = await json(['-'], { stdin });
    const [found] = findings.filter(({ code }) => code === 'ManifestInvalid');
    expect(found?.severity).toBe('error');
    expect(found?.message).toContain(text);
    expect(found?.line).toBe(line);
  });

  it.each([
    ['an unquoted boolean', ['"True"', 'True'], 'Write the value in quotes: "true"'],
    ['an unquoted fraction, which may have been written otherwise', ['"True"', '1.10'], 'Write the value in quotes.'],
    ['a number in quotes', ['number: 443', 'number: "443"'], 'Write the number without quotes.'],
    ['a list in place of text', ['"True"', '[]'], 'Correct the field.'],
  ] as const)('says what to write for %s', async (_, [from, to], remedy) => {
    const { findings } = await json(['-'], { stdin: manifest('a.example').replace(from, to) + SERVICE });
    expect(findings.find(({ code }) => code === 'ManifestInvalid')?.remedy).toBe(remedy);
  });

  it('SEL-4: a kind that somebody may count on is a warning, and no error', async () => {
    const stdin = 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: web, namespace: shop}\n';
    const { findings, exit } = await json(['-'], { stdin });
    expect(findings).toMatchObject([{ code: 'KindNotRead', severity: 'warning', namespace: 'shop', name: 'web' }]);
    expect(exit).toBe(0);
  });

  it.each([
    [
      'a wildcard host without quotes',
      'host: a.example',
      'host: *.example',
      12,
      'Put the value in quotes; usually it is the host.',
    ],
    ['a kind in small letters', 'kind: Ingress', 'kind: ingress', 1, 'Write the kind as the message says.'],
    ['annotations beside metadata', '  annotations:', 'annotations:', 7, 'Move the annotations under metadata.'],
  ])('says where %s stands, and what to do', async (_, from, to, line, remedy) => {
    const { findings } = await json(['-'], { stdin: manifest('a.example').replace(from, to) });
    expect(findings.filter(({ code }) => code === 'ManifestInvalid')).toMatchObject([{ line, remedy }]);
  });

  it('names the object', async () => {
    const { findings } = await json(['-'], { stdin: manifest('a.example').replace('"True"', 'True') });
    expect(findings.find(({ code }) => code === 'ManifestInvalid')).toMatchObject({ namespace: 'web', name: 'shop' });
  });
});

describe('the rules of an appliance', () => {
  const config = `appliances:
- name: edge
  clusters: [prod]
  endpoints: ["https://192.0.2.250"]
  credentials: { environment: EDGE }
  defaultVip: 192.0.2.20
  frontendIPs: [192.0.2.0/28]
  memberNetworks: [10.0.0.0/8]
- name: core
  clusters: [prod]
  endpoints: ["https://192.0.2.251"]
  credentials: { environment: CORE }
  hostOwnership: [{ suffix: example, namespaces: [other] }]
`;
  const one = `${config.slice(0, config.indexOf('- name: core'))}`;

  it.each([
    ['its default VIP, outside its ranges', ['--appliance', 'edge'], 'FrontendIPForbidden'],
    ['another default VIP', ['--appliance', 'edge', '--default-vip', '192.0.2.1'], undefined],
    ['its host ownership', ['--appliance', 'core', '--default-vip', '192.0.2.1'], 'HostForbidden'],
  ])('%s', async (_, args, code) => {
    const path = await file('appliances.yml', config);
    const stdin = manifest('a.example').replace(/ {4}ingress.citrix.com\/frontend-ip.*\n/, '') + SERVICE;
    const { findings } = await json(['-', '--config', path, ...args], { stdin });
    expect(findings.map((found) => found.code)).toEqual(code === undefined ? [] : [code]);
  });

  it('2 for a default VIP that is no address', async () => {
    const { exit, err } = await lint(['-', '--default-vip', '192.0.2.300'], { stdin: manifest('a.example') });
    expect(exit).toBe(2);
    expect(err).toContain('Expected one IPv4 or IPv6 address');
  });

  it('without a configuration there is no default VIP', async () => {
    const stdin = manifest('a.example').replace(/ {4}ingress.citrix.com\/frontend-ip.*\n/, '') + SERVICE;
    const { findings } = await json(['-'], { stdin });
    expect(findings.map(({ code, line }) => [code, line])).toEqual([['FrontendIPRequired', 7]]);
  });

  it('the only appliance needs no name', async () => {
    const path = await file('one.yml', one);
    expect((await lint(['-', '--config', path], { stdin: '' })).exit).toBe(0);
  });

  it.each([
    ['several, and none named', config, [], 'has several appliances: choose one with --appliance (edge, core).'],
    ['another name', config, ['--appliance', 'x'], 'has no appliance "x": expected one of edge, core.'],
    ['no configuration', 'appliances: []', [], 'bad.yml:1:1: appliances: '],
    ['no YAML', 'appliances: [', [], 'bad.yml:1:14: '],
    ['one name twice', config.replace('core', 'edge'), ['--appliance', 'edge'], 'two appliances have the name "edge"'],
  ])('2 for %s', async (_, text, args, message) => {
    const path = await file('bad.yml', text);
    const { exit, err } = await lint(['-', '--config', path, ...args]);
    expect(exit).toBe(2);
    expect(err).toContain(message);
  });

  it('only the classes that are named', async () => {
    const { findings } = await json(['-', '--class', 'other'], { stdin: manifest('a_b') });
    expect(findings).toEqual([]);
  });
});

describe('a cluster that takes its time', () => {
  it('is told on the terminal what is read, and the line goes', async () => {
    const written: string[] = [];
    let tick = (): void => {};
    let cancelled = 0;
    let now = 0;
    const reader: ClusterReader = {
      async read(_query, reading = () => {}) {
        tick();
        reading('services of https://k8s.example:6443');
        now = 1_000;
        tick();
        return { objects: [], classesKnown: true, gateways: UNREAD };
      },
    };
    const command = lintCommand(reader, {
      stdin: Readable.from([]),
      out: () => {},
      err: () => {},
      exit: () => {},
      progress: (text) => written.push(text),
      now: () => now,
      every: (_ms, action) => {
        tick = action;
        return () => {
          cancelled += 1;
        };
      },
    });
    await command.parseAsync(['--cluster'], { from: 'user' });
    expect(written.slice(0, 2)).toEqual(['\r\u001b[Kreading services of https://k8s.example:6443 …', '\r\u001b[K']);
    expect(cancelled).toBe(1);
  });
});

describe('what is left out', () => {
  const codes = async (stdin: string, ...args: string[]): Promise<string[]> =>
    (await json(['-', ...args], { stdin })).findings.map(({ code }) => code);
  const commented = (comment: string): string => manifest(`a_b${comment}`);

  it('--ignore: by code, and the status is that of what is left', async () => {
    const text = manifest('a_b');
    expect(await codes(text)).toEqual(['HostInvalid']);
    expect(await codes(text, '--ignore', 'HostInvalid')).toEqual([]);
    expect((await lint(['-', '--ignore', 'HostInvalid'], { stdin: text })).exit).toBe(0);
    expect(await codes(text, '--ignore', 'NoEndpoints')).toEqual(['HostInvalid']);
  });

  it('--ignore: a code that there is not is refused, with what was meant', async () => {
    const { exit, err } = await lint(['-', '--ignore', 'HostInvlid'], { stdin: '' });
    expect([exit, err]).toEqual([2, '--ignore: unknown finding "HostInvlid": did you mean HostInvalid?']);
  });

  it.each([
    ['behind the field', ' # nspass-ignore: HostInvalid', []],
    ['behind the field, among others', ' # nspass-ignore: NoEndpoints, HostInvalid', []],
    ['of another code', ' # nspass-ignore: NoEndpoints', ['HostInvalid']],
  ])('a comment %s', async (_, comment, expected) => {
    expect(await codes(commented(comment))).toEqual(expected);
  });

  it('a comment alone speaks of the next line that is none, and of no other', async () => {
    const line = '  - host: a_b';
    const above = manifest('a_b').replace(line, `  # nspass-ignore: HostInvalid\n  # a remark\n${line}`);
    expect(await codes(above)).toEqual([]);
    const far = manifest('a_b').replace('spec:\n', '# nspass-ignore: HostInvalid\nspec:\n');
    expect(await codes(far)).toEqual(['HostInvalid']);
  });

  it('a comment with a code that there is not is told, and words behind a code are none', async () => {
    const said = async (comment: string): Promise<string> => (await lint(['-'], { stdin: commented(comment) })).err;
    expect(await said(' # nspass-ignore: HostInvlid')).toBe(
      'nspass: stdin:12: # nspass-ignore: unknown finding "HostInvlid": did you mean HostInvalid?\n',
    );
    expect(await said(' # nspass-ignore: all')).toContain('unknown finding "all": nspass explain lists all codes.');
    expect(await said(' # nspass-ignore: HostInvalid until it has moved')).toBe('');
  });

  const annotated = (name: string, value: string): string =>
    manifest('a_b', `\n    netscaler-passthrough/${name}: ${value}\n    ingress.citrix.com/nonsense: "1"`);

  it.each([
    ['one code', '"HostInvalid"', ['AnnotationUnknown']],
    ['several', '"HostInvalid, AnnotationUnknown"', []],
    ['several, without commas', '"HostInvalid AnnotationUnknown"', []],
    ['another code', '"NoEndpoints"', ['AnnotationUnknown', 'HostInvalid']],
    ['nothing', '""', ['AnnotationUnknown', 'HostInvalid']],
  ])('an annotation ignores findings of its Ingress: %s', async (_, value, expected) => {
    const other = manifest('c_d').replace('name: shop', 'name: b');
    const findings = await codes(`${annotated('lint-ignore', value)}---\n${other}`);
    expect(findings.sort()).toEqual([...expected, 'HostInvalid']);
  });

  it('an annotation ignores what the API server would refuse of its Ingress, and of no other kind', async () => {
    const strange = (text: string): string => text.replace('number: 443', 'number: "443"');
    const ignoring = annotated('lint-ignore', '"HostInvalid, AnnotationUnknown, ManifestInvalid"');
    expect(await codes(strange(ignoring))).toEqual([]);
    const service = `---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: web}
spec: {ports: [{port: "443"}]}
`;
    expect(await codes(ignoring + service)).toEqual(['ManifestInvalid']);
  });

  it('an annotation with a code that there is not is told at its place, and ignores the others', async () => {
    const { findings, err } = await json(['-'], {
      stdin: annotated('lint-ignore', '"HostInvlid, AnnotationUnknown, InvalidAnnotation"'),
    });
    expect(err).toBe('');
    expect(findings).toMatchObject([
      {
        code: 'InvalidAnnotation',
        severity: 'warning',
        name: 'shop',
        line: 9,
        message: 'netscaler-passthrough/lint-ignore: unknown finding "HostInvlid": did you mean HostInvalid?',
        remedy: 'Correct the code, or remove it.',
      },
      { code: 'HostInvalid' },
    ]);
  });

  it('an annotation of that prefix and another name is told', async () => {
    const { findings } = await json(['-'], { stdin: annotated('lint_ignore', '"HostInvalid"') });
    expect(findings.map(({ message, remedy }) => `${message}: ${remedy}`)).toContain(
      '"netscaler-passthrough/lint_ignore" is not a known annotation: Write netscaler-passthrough/lint-ignore, or remove the annotation.',
    );
  });

  it.each([
    ['TLSRoute', 'allow-sources', []],
    ['TLSRoute', 'proxy-protocol', []],
    ['TLSRoute', 'acme-challenge', ['has no effect on a TLSRoute: Remove the annotation: it is for Ingresses.']],
    [
      'Gateway',
      'allow-sources',
      ['has no effect on a Gateway: Remove the annotation: it is for Ingresses and TLSRoutes.'],
    ],
  ])('an annotation of Ingresses on a %s: %s', async (kind, name, said) => {
    const key = `netscaler-passthrough/${name}`;
    const manifests = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind,
      metadata: { name: 'web', annotations: { [key]: '' } },
    };
    const { findings } = await json(['-'], { stdin: JSON.stringify({ ...manifests, spec: {} }) });
    const unknown = findings.filter(({ code }) => code === 'AnnotationUnknown');
    expect(unknown.map(({ message, remedy }) => `${message}: ${remedy}`)).toEqual(said.map((why) => `"${key}" ${why}`));
  });

  it('an annotation is no near miss of another, whatever it ignores', async () => {
    const stdin = manifest('a.example', '\n    netscaler-passthrough/lint-ignore: "PassthroughNotRequested"').replace(
      '"True"',
      '"False"',
    );
    expect(await codes(stdin)).toEqual([]);
    expect(await codes(stdin.replace('ssl-passthrough: "False"', 'ssl-passthru: "True"'))).toEqual([]);
  });

  it('an annotation that is too long ignores nothing, and says so', async () => {
    const value = JSON.stringify('HostInvalid,'.repeat(200));
    expect((await codes(annotated('lint-ignore', value))).sort()).toEqual([
      'AnnotationUnknown',
      'HostInvalid',
      'InvalidAnnotation',
    ]);
  });

  it('an annotation counts in a cluster, too', async () => {
    const [object] = readManifests(annotated('lint-ignore', '"HostInvalid"'), 'a').objects.map((one) => one.object);
    const reader: ClusterReader = {
      read: async () => ({ objects: [object as K8sIngress], classesKnown: false, gateways: UNREAD }),
    };
    expect((await json(['--cluster'], { reader })).findings.map(({ code }) => code)).toEqual(['AnnotationUnknown']);
  });

  it('an annotation is for lint alone: what an event carries is the same with it', () => {
    const bare = ingress() as K8sIngress;
    const marked = ingress({ annotations: { [LINT_IGNORE]: 'HostInvalid' } }) as K8sIngress;
    expect(marked.metadata.annotations).toHaveProperty([LINT_IGNORE]);
    const selection = { selected: true, findings: [] };
    expect(projectIngress(marked, selection, [])).toEqual(projectIngress(bare, selection, []));
  });

  it('--quiet: errors alone, and nothing where there are none', async () => {
    const warned = manifest('a.example');
    expect(await lint(['-', '--quiet'], { stdin: warned })).toEqual({ out: '', err: '', exit: 0 });
    expect(await lint(['-', '--quiet', '--strict'], { stdin: warned })).toEqual({ out: '', err: '', exit: 1 });
    const { out, exit } = await lint(['-', '-q'], { stdin: manifest('a_b', '\n    ingress.citrix.com/nonsense: "1"') });
    expect([exit, out.includes('HostInvalid'), out.includes('AnnotationUnknown')]).toEqual([1, true, false]);
  });
});

describe('formats', () => {
  it('table: findings with remedy and explanation, then how many', async () => {
    const { out } = await lint(['-'], { stdin: manifest('a_b') });
    expect(out).toBe(
      [
        'SEVERITY  CODE         INGRESS   LOCATION',
        'error     HostInvalid  web/shop  stdin:12',
        '  the host "a_b" has an underscore, which host names cannot have',
        '  → Write a DNS name, such as shop.example.com or *.example.com. (nspass explain HostInvalid)',
        '',
        '1 error, 0 warnings in 1 Ingress with passthrough',
        '',
      ].join('\n'),
    );
  });

  it('table: only how many, where nothing is found', async () => {
    const two = `${manifest('a.example') + SERVICE}---\n${manifest('b.example').replace('name: shop', 'name: b')}`;
    expect((await lint(['-'], { stdin: two })).out).toBe('0 errors, 0 warnings in 2 Ingresses with passthrough\n');
  });

  it('table: a dash where no object is known', async () => {
    expect((await lint(['-'], { stdin: 'a: [' })).out).toContain('ManifestInvalid  -        stdin:1');
  });

  it('sarif 2.1.0, with a rule for each code and a place for each finding', async () => {
    const path = await file('with space.yaml', manifest('a_b', '\n    ingress.citrix.com/nonsense: "1"'));
    const { out } = await lint([path, '--format', 'sarif']);
    const log = JSON.parse(out);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['AnnotationUnknown', 'HostInvalid']);
    expect(run.results).toEqual([
      expect.objectContaining({ ruleId: 'AnnotationUnknown', level: 'warning' }),
      {
        ruleId: 'HostInvalid',
        level: 'error',
        message: {
          text: 'the host "a_b" has an underscore, which host names cannot have. Write a DNS name, such as shop.example.com or *.example.com.',
        },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: `file://${path.replace(' ', '%20')}` },
              region: { startLine: 13, startColumn: 11, endLine: 13, endColumn: 14 },
            },
            logicalLocations: [{ fullyQualifiedName: 'web/shop' }],
          },
        ],
        partialFingerprints: { 'nspassFinding/v1': expect.stringMatching(/^[0-9a-f]{32}$/) },
      },
    ]);
    expect(run.tool.driver).toMatchObject({ version: VERSION, semanticVersion: VERSION });
  });

  it('sarif: a rule is explained in text and in Markdown, which shows * and _ as they are', async () => {
    const { out } = await lint(['-', '--format', 'sarif'], { stdin: manifest('a_b') });
    const [run] = JSON.parse(out).runs;
    expect(run.columnKind).toBe('utf16CodeUnits');
    const [{ help, helpUri }] = run.tool.driver.rules;
    expect(help.text).toBe('Write a DNS name, such as shop.example.com or *.example.com. (nspass explain HostInvalid)');
    expect(help.markdown.split('\n\n')).toEqual([
      '**Invalid host name**',
      expect.stringContaining('a wildcard whose whole first label is \\*. TLS'),
      '**What to do:** Write a DNS name, such as shop.example.com or \\*.example.com.',
      '`nspass explain HostInvalid`',
    ]);
    // It must be an absolute URI, and there is no public address.
    expect(helpUri).toBeUndefined();
  });

  it('sarif: only the line where no column is known, and no end of a mapping', async () => {
    const regions = async (stdin: string): Promise<unknown[]> => {
      const { results } = JSON.parse((await lint(['-', '--format', 'sarif'], { stdin })).out).runs[0];
      return results.map(
        (one: { locations: { physicalLocation: { region: unknown } }[] }) => one.locations[0]?.physicalLocation.region,
      );
    };
    expect(await regions('a: [')).toEqual([{ startLine: 1 }]);
    const without = manifest('a.example').replace(/ {8}backend:.*number: 443\n/s, '');
    expect(await regions(without)).toContainEqual({ startLine: 15, startColumn: 9 });
  });

  it('sarif: a finding keeps its fingerprint when lines are added above it, and no two have the same', async () => {
    const prints = async (stdin: string): Promise<string[]> => {
      const { results } = JSON.parse((await lint(['-', '--format', 'sarif'], { stdin })).out).runs[0];
      return results.map((one: { partialFingerprints: object }) => Object.values(one.partialFingerprints)[0]);
    };
    const twice = `${manifest('a_b')}---\n${manifest('a_b')}`;
    const before = await prints(twice);
    expect(new Set(before).size).toBe(before.length);
    expect(await prints(`# a remark\n${manifest('a_b')}`)).toEqual(await prints(manifest('a_b')));
  });

  it('table: a code is explained once', async () => {
    const two = `${manifest('a_b')}---\n${manifest('c_d').replace('name: shop', 'name: b')}`;
    expect((await lint(['-'], { stdin: two })).out.match(/nspass explain HostInvalid/g)).toHaveLength(1);
  });

  it('sarif without an object', async () => {
    const { out } = await lint(['-', '--format', 'sarif'], { stdin: 'a: [' });
    expect(JSON.parse(out).runs[0].results[0].locations[0].logicalLocations).toBeUndefined();
  });

  it('json: an empty array where nothing is found', async () => {
    expect((await lint(['-', '--format', 'json'], { stdin: '' })).out).toBe('[]\n');
  });
});

describe('places in a manifest', () => {
  it.each([
    ['', []],
    ['spec', ['spec']],
    ['spec.rules[10].http.paths[0]', ['spec', 'rules', 10, 'http', 'paths', 0]],
    ['metadata.annotations["a.b/c-d"]', ['metadata', 'annotations', 'a.b/c-d']],
    ['metadata.annotations["a\\"b"]', ['metadata', 'annotations', 'a"b']],
  ])('%s', (path, steps) => {
    expect(parsePath(path)).toEqual(steps);
  });

  it('are those of the field, or of what is around it', () => {
    const lineOf = manifestLines(`a: 1\n---\nkind: X\nspec:\n  rules:\n  - host: x\n  - host: y\n`);
    expect(lineOf(3, 'spec.rules[1].host')).toBe(7);
    expect(lineOf(3, 'spec.rules[1].http.paths')).toBe(7);
    expect(lineOf(3, 'spec.rules[5]')).toBe(6);
    expect(lineOf(3, 'metadata.annotations')).toBe(3);
    expect(lineOf(3, '')).toBe(3);
    expect(lineOf(99, 'spec')).toBe(99);
  });

  it('are those of the line, where everything stands on one', () => {
    const lineOf = manifestLines('\n{"kind":"List","items":[{"spec":{}},{"spec":{}}]}');
    expect(lineOf(2, 'spec')).toBe(2);
    expect(lineOf(2, 'items[1].spec')).toBe(2);
  });

  it.each([
    ['text', 'a: xyz # why\n', 'a', { line: 1, columns: { column: 4, end: { line: 1, column: 7 } } }],
    ['quoted text', 'a:\n  b: "x"\n', 'a.b', { line: 2, columns: { column: 6, end: { line: 2, column: 9 } } }],
    ['text over lines', "a: 'x\n  y'\n", 'a', { line: 1, columns: { column: 4, end: { line: 2, column: 5 } } }],
    ['a block', 'a: |\n  x\n  y\nb: 1\n', 'a', { line: 1, columns: { column: 4, end: { line: 3, column: 4 } } }],
    ['a mapping', 'a:\n  b: 1\n', 'a', { line: 2, columns: { column: 3 } }],
    ['a key without a value', 'a:\nb: 1\n', 'a', { line: 1, columns: { column: 3 } }],
    ['what is not there', 'a: 1\n', 'b', { line: 1, columns: { column: 1 } }],
    ['JSON', '\n{"a": {"b": "x"}}', 'a.b', { line: 2, columns: { column: 13, end: { line: 2, column: 16 } } }],
    ['JSON on the first line', '{"a": -1.5}', 'a', { line: 1, columns: { column: 7, end: { line: 1, column: 11 } } }],
    ['a mapping of JSON', '{"a": {}}', 'a', { line: 1, columns: { column: 7 } }],
  ])('have columns: %s', (_, text, path, place) => {
    const line = text.startsWith('\n') ? 2 : 1;
    expect(fieldPositions(text)(line, path)).toEqual(place);
  });

  it('have no columns where no object begins', () => {
    expect(fieldPositions('a: 1\n')(7, 'a')).toEqual({ line: 7 });
    expect(fieldPositions('{"a": 1}')(7, 'a')).toEqual({ line: 7 });
  });

  it('are those around an alias, which has none of its own', () => {
    const lineOf = manifestLines('a: &x\n  b: 1\nc:\n  d: *x\n');
    expect(lineOf(1, 'c.d.b')).toBe(4);
  });

  it('are that of the object, in a document without any', () => {
    expect(manifestLines('---\n---\n')(1, 'spec')).toBe(1);
  });
});
