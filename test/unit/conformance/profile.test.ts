import { describe, expect, it } from 'vitest';
import { CASES, type Manifest, PROFILE_NAMES, profileOf } from '../../../lib/conformance/index.ts';
import { exampleScope } from '../../../scripts/conformance-coverage.ts';

const applicable = (name: (typeof PROFILE_NAMES)[number]) => {
  const { lacks } = profileOf(name);
  return CASES.filter(({ needs }) => needs.every((feature) => lacks[feature] === undefined));
};

const annotations = (name: (typeof PROFILE_NAMES)[number]): string[] => {
  const scope = exampleScope(profileOf(name));
  const objects = applicable(name)
    .flatMap(({ steps }) => steps(scope))
    .flatMap((step): readonly Manifest[] => (step.kind === 'apply' ? step.objects : []));
  return [...new Set(objects.flatMap(({ metadata }) => Object.keys(metadata.annotations ?? {})))];
};

describe('profiles of controllers', () => {
  it('this project: every case is applicable', () => {
    expect(applicable('nspass')).toHaveLength(CASES.length);
  });

  it.each(PROFILE_NAMES)('%s: every Ingress of its cases asks for passthrough in its own words', (name) => {
    expect(annotations(name)).toContain(profileOf(name).passthrough);
  });

  it.each(PROFILE_NAMES.filter((name) => profileOf(name).frontendIp === undefined))(
    '%s: no applicable case has an annotation of the vendor',
    (name) => {
      expect(annotations(name).filter((key) => key.startsWith('ingress.citrix.com/'))).toEqual([]);
    },
  );

  it.each(PROFILE_NAMES)('%s: matching and TLS are judged whatever the controller', (name) => {
    const ids = new Set(applicable(name).map(({ id }) => id));
    for (const id of [
      'match-exact',
      'match-wildcard-not-two-labels',
      'match-unknown',
      'tls-curl-13-h2',
      'back-three',
    ]) {
      expect(ids.has(id), id).toBe(true);
    }
  });

  it.each(PROFILE_NAMES)('%s: whatever it lacks has a reason', (name) => {
    for (const reason of Object.values(profileOf(name).lacks)) expect(reason).toMatch(/^\S.*\S$/);
  });
});
