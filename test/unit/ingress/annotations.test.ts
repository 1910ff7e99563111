import { describe, expect, it } from 'vitest';
import { annotationPath, readAnnotations } from '../../../lib/ingress/annotations.ts';

const remedies = (annotations: Record<string, string>): (string | undefined)[] =>
  readAnnotations(annotations).findings.map(({ remedy }) => remedy);

describe('VAL-14: annotations', () => {
  it.each([
    ['ingress.citrix.com/secure-prot', 'Did you mean ingress.citrix.com/secure-port?'],
    ['ingress.citrix.com/ssl-passtrough', 'Did you mean ingress.citrix.com/ssl-passthrough?'],
    ['ingress.citrix.com/frontendip', 'Did you mean ingress.citrix.com/frontend-ip?'],
    ['ingress.citrix.com/lbvservers', 'Did you mean ingress.citrix.com/lbvserver?'],
    ['ingress.citrix.com/entirely-different', 'Correct the name or remove the annotation.'],
    [`ingress.citrix.com/${'x'.repeat(500)}`, 'Correct the name or remove the annotation.'],
    ['ingress.citrix.com/secure_backend', `Write ingress.citrix.com/secure-backend: "it's"`],
  ])('%s: %s', (key, remedy) => {
    expect(remedies({ [key]: "it's" })).toEqual([remedy]);
  });

  it('keeps the value under the key that its owner wrote', () => {
    const read = readAnnotations({ 'ingress.citrix.com/secure_port': '8443' });
    expect(read.get('secure-port')).toEqual({
      key: 'ingress.citrix.com/secure_port',
      path: 'metadata.annotations["ingress.citrix.com/secure_port"]',
      value: '8443',
    });
  });

  it('reports which of two names counts, in any order', () => {
    const both = [
      ['ingress.citrix.com/secure_port', '1'],
      ['ingress.citrix.com/secure-port', '2'],
    ] as const;
    for (const entries of [both, [...both].reverse()]) {
      const read = readAnnotations(Object.fromEntries(entries));
      expect(read.get('secure-port')?.value).toBe('2');
      expect(read.findings.map(({ message, remedy }) => [message, remedy])).toEqual([
        [
          '"ingress.citrix.com/secure_port" is a deprecated name; "ingress.citrix.com/secure-port" is used instead',
          'Remove the deprecated annotation.',
        ],
      ]);
    }
  });

  it('uses the deprecated name where the current one is empty', () => {
    const read = readAnnotations({ 'ingress.citrix.com/secure-port': '', 'ingress.citrix.com/secure_port': '8443' });
    expect(read.get('secure-port')?.value).toBe('8443');
  });

  it('writes a path that survives quotes in a key', () => {
    expect(annotationPath('a"b')).toBe('metadata.annotations["a\\"b"]');
    expect(annotationPath('a'.repeat(317))).toBe(`metadata.annotations["${'a'.repeat(317)}"]`);
    expect(annotationPath('a'.repeat(318))).toBe('metadata.annotations');
  });
});
