import { describe, expect, it } from 'vitest';
import { findingsText } from '../../../lib/cli/lint-format.ts';
import { judgeLint } from '../../../lib/library/lint-judge.ts';
import { readSource } from '../../../lib/library/lint-source.ts';
import { gateway, gatewayClass, grant, listener, service, tlsRoute } from '../../corpus/gateway-case.ts';
import { activeTexts, HOSTILE_STRINGS } from '../../support/hostile.ts';

const RULES = { ipsets: [], hostOwnership: [], defaultVip: '192.0.2.10' };

/** Names a place where a tenant writes a string → the objects with that string there. */
const PLACES: Readonly<Record<string, (text: string) => object[]>> = {
  'parametersRef of a class': (text) => [gatewayClass('ours', { parametersRef: { kind: text, name: text } })],
  'name of a class': (text) => [gateway([listener()], { gatewayClassName: text })],
  'name of a listener': (text) => [gateway([listener({ name: text })])],
  'protocol of a listener': (text) => [gateway([listener({ protocol: text })])],
  'mode of a listener': (text) => [gateway([listener({ tls: { mode: text } })])],
  'hostname of a listener': (text) => [gateway([listener({ hostname: text })])],
  'kinds of a listener': (text) => [gateway([listener({ allowedRoutes: { kinds: [{ group: text, kind: text }] } })])],
  'an address': (text) => [gateway([listener()], { addresses: [{ value: text }, { type: text, value: text }] })],
  'name of a Gateway': (text) => [gateway([listener()]), tlsRoute({ parentRefs: [{ name: text }] })],
  'name of a section': (text) => [
    gateway([listener()]),
    tlsRoute({ parentRefs: [{ name: 'edge', sectionName: text }] }),
  ],
  'hostname of a route': (text) => [gateway([listener()]), tlsRoute({ hostnames: [text, 'a.example.com'] })],
  'kind of a back end': (text) => [
    gateway([listener()]),
    tlsRoute({ rules: [{ backendRefs: [{ group: text, kind: text, name: text, port: 1 }] }] }),
  ],
  'name and namespace of a back end': (text) => [
    gateway([listener()]),
    tlsRoute({
      rules: [
        {
          backendRefs: [
            { name: text, port: 1 },
            { name: text, namespace: text, port: 1 },
          ],
        },
      ],
    }),
  ],
  'name of an object': (text) => [tlsRoute({}, { name: text }), gateway([], {}, { namespace: text })],
  'a grant': (text) => [
    grant('back', { group: text, kind: text, namespace: text }, { group: text, kind: text, name: text }),
  ],
  'an annotation': (text) => [
    gateway([listener()]),
    tlsRoute(
      {},
      { annotations: { 'netscaler-passthrough/lint-ignore': text, [`netscaler-passthrough/${text}`]: text } },
    ),
  ],
  'a field of a wrong type': (text) => [gateway([listener({ port: text })]), tlsRoute({ hostnames: { [text]: text } })],
};

/** Text as Markdown shows it, without what is escaped. */
const unescaped = (text: string): string => text.replaceAll(/\\[\\`*_{}[\]<>|#]/g, '');

describe.each(Object.entries(PLACES))('what a tenant writes into %s', (_, objects) => {
  it.each(Object.entries(HOSTILE_STRINGS))('%s: is text in every output, of bounded length', (_name, text) => {
    const written = objects(text);
    // The last object of a name counts.
    const manifests = [gatewayClass('ours'), service('shop', 'web'), ...written];
    const sources = readSource(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }), 'a.json');
    const verdict = judgeLint({ ...sources, partial: true }, { rules: RULES, classNames: [], ignored: new Set() });
    expect(activeTexts(findingsText('table', verdict.findings, verdict).split('\n'))).toEqual([]);
    expect(activeTexts(JSON.parse(findingsText('json', verdict.findings, verdict)))).toEqual([]);
    for (const { message } of verdict.findings) expect(message.length).toBeLessThan(2_000);
    const { runs } = JSON.parse(findingsText('sarif', verdict.findings, verdict));
    for (const { message } of runs[0].results as { message: { text: string } }[]) {
      expect(unescaped(message.text)).not.toMatch(/\[[^\]]*\]\(/);
    }
  });
});
