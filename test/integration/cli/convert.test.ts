import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { convertCommand } from '../../../lib/cli/convert.ts';
import { Session } from '../../support/sessions.ts';

const INGRESS = `# An Ingress with a redirect, a wildcard and a port by name.
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
  annotations:
    ingress.citrix.com/ssl-passthrough: "true"
    ingress.citrix.com/frontend-ip: 192.0.2.10
    ingress.citrix.com/insecure-termination: redirect
spec:
  ingressClassName: citrix
  tls:
    - {}
  rules:
    - host: shop.example.com
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: web, port: { name: https } } } }
    - host: "*.shop.example.com"
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: tenants, port: { number: 8443 } } } }
    - host: old.example.com
      http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: old, port: { name: https } } } }
`;
const SERVICES = `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ports: [{ name: https, port: 443 }] }
---
apiVersion: v1
kind: Service
metadata: { name: tenants, namespace: shop }
spec: { ports: [{ port: 8443 }] }
`;

const closing: Session[] = [];
afterEach(() => {
  for (const session of closing.splice(0)) session.close();
});

describe('nspass convert', () => {
  it('the session: what is written, what is not, and lint of the result', async () => {
    const session = new Session();
    closing.push(session);
    session.write('manifests/ingress.yaml', INGRESS);
    session.write('manifests/services.yaml', SERVICES);
    session.note('The input: an Ingress with a redirect, a wildcard, and a port of a Service that is not there.');
    const { text } = await session.run(['convert', 'manifests']);
    session.write('gateway.yaml', text.slice(0, text.indexOf('nspass: ')));
    session.note('The output, saved as gateway.yaml.');
    await session.run(['lint', 'gateway.yaml', 'manifests/services.yaml']);
    session.note('A Gateway in the namespace of the platform.');
    await session.run(['convert', 'manifests', '--gateway-namespace', 'platform', '--gateway-class', 'edge']);
    await session.run(['convert', 'manifests', '--gateway-namespace', 'Platform']);
    await session.run(['convert']);
    session.matches('test/integration/cli/convert-session.txt');
  });
});

/** Runs the command on standard input. */
async function converted(text: string): Promise<{ out: string; err: string; status: number | undefined }> {
  const seen: { out: string; err: string; status: number | undefined } = { out: '', err: '', status: undefined };
  const command = convertCommand({
    stdin: Readable.from([text]),
    out: (more) => {
      seen.out += more;
    },
    err: (more) => {
      seen.err += more;
    },
    exit: (status) => {
      seen.status = status;
    },
  });
  await command.parseAsync(['-'], { from: 'user' });
  return seen;
}

describe('nspass convert -', () => {
  it('nothing with passthrough → no output, a sentence, status 0', async () => {
    expect(await converted(SERVICES)).toEqual({
      out: '',
      err: 'nspass: nothing was converted: there is no Ingress with passthrough.\n',
      status: 0,
    });
  });

  it('a file that is not YAML → the place, status 1', async () => {
    const { err, status } = await converted('a: b: c');
    expect(err).toContain('nspass: stdin:1: is not valid YAML');
    expect(status).toBe(1);
  });

  it('no text of a tenant begins a line of YAML or steers a terminal', async () => {
    const host = 'x\\n---\\nkind: Secret\\u001b[2J.example.com';
    const { out, err } = await converted(INGRESS.replace('host: old.example.com', `host: "${host}"`));
    expect(out).not.toContain('Secret');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is looked for.
    expect(err).not.toMatch(/\u001b/);
    expect(err.split('\n').filter((line) => line !== '' && !line.startsWith('nspass: '))).toEqual([]);
  });
});
