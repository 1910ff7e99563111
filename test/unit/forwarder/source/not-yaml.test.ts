import { describe, expect, it } from 'vitest';
import { readManifests } from '../../../../lib/forwarder/source/manifests.ts';

const utf16 = (text: string, bom: string): string => Buffer.from(`${bom}${text}`, 'utf16le').toString('utf8');
const TEMPLATE = 'is a Helm template, which must be rendered first: {{ … }} is not YAML';
const ALERTS = `apiVersion: v1
kind: ConfigMap
metadata: {name: templates}
data:
  alert.tmpl: |
    {{ define "title" }}{{ .Status }}{{ end }}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: [
`;

describe('what is no YAML is told by what it was meant to be', () => {
  it.each([
    [
      'a template with actions in lines of their own',
      'metadata:\n  name: x\n  {{- with .Values.a }}\n  b: 1\n  {{- end }}\n',
      3,
      TEMPLATE,
    ],
    ['a template that begins with one', '{{- if .Values.on -}}\nkind: Ingress\n{{- end }}\n', 1, TEMPLATE],
    [
      'JSON that ends in a text',
      '{"apiVersion":"v1","kind":"Serv',
      1,
      'is incomplete JSON: it ends too early, as if it were cut off',
    ],
    [
      'JSON that ends in a list',
      '{"kind":"List","items":[',
      1,
      'is incomplete JSON: it ends too early, as if it were cut off',
    ],
    [
      'UTF-16 with a mark',
      utf16('apiVersion: v1\nkind: Service\n', '\uFEFF'),
      1,
      'is written in UTF-16, as > of PowerShell does: save it in UTF-8 (… | Out-File -Encoding utf8 FILE)',
    ],
    [
      'UTF-16 without one',
      utf16('apiVersion: v1\n', ''),
      1,
      'is written in UTF-16, as > of PowerShell does: save it in UTF-8 (… | Out-File -Encoding utf8 FILE)',
    ],
    ['zero bytes', 'apiVersion: v1\nkind: Service\0\n', 1, 'is not text: it has zero bytes, the first one in line 2'],
    ['nothing but zero bytes', '\0'.repeat(100), 1, 'is not text: it has zero bytes, the first one in line 1'],
    ['binary', '\uFFFD\uFFFDab'.repeat(100), 1, 'is not text in UTF-8 but binary, or of another encoding'],
  ])('%s', (_, text, line, message) => {
    const { problems, unreadable } = readManifests(text, 'a.yaml');
    expect(problems).toEqual([{ file: 'a.yaml', line, message }]);
    // LIF-6: objects may be hidden there.
    expect(unreadable).toBe(true);
  });

  it('a name that a template would fill', () => {
    const text = 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: {{ .Release.Name }}\n';
    expect(readManifests(text, 'a.yaml').problems.map(({ message }) => message)).toEqual([`Ingress: ${TEMPLATE}`]);
  });

  it('JSON that is wrong in the middle: in the words of its parser', () => {
    const [problem] = readManifests('{"kind": "List" "items": [}', 'a.json').problems;
    expect(problem?.message).toMatch(/^is not valid JSON: Expected ',' or '\}'/);
  });

  it('templates of another program, within a text, are no concern of it', () => {
    const [problem] = readManifests(ALERTS, 'a.yaml').problems;
    expect(problem?.message).toMatch(/^is not valid YAML: /);
  });

  it('an annotation that holds itself by an alias is a problem, and no exception', () => {
    const text = [
      'apiVersion: networking.k8s.io/v1',
      'kind: Ingress',
      'metadata:',
      '  name: web',
      '  annotations: &a',
      '    ingress.citrix.com/ssl-passthrough: *a',
      '',
    ].join('\n');
    expect(readManifests(text, 'a.yaml').problems.map(({ message }) => message)).toEqual([
      'Ingress default/web: metadata.annotations["ingress.citrix.com/ssl-passthrough"]: expected text (put it in single quotes), got a mapping',
    ]);
  });

  it('a text with a few strange letters stays a manifest', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: {a: "M\uFFFDller"}}\n';
    expect(readManifests(text, 'a.yaml').problems).toEqual([]);
  });
});
