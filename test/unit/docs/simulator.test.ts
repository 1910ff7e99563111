import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkFaultRules } from '../../../lib/simulator/fault-rules.ts';
import { blocksOf } from '../../support/doc-pages.ts';

const PAGE = 'docs/simulator.md';
const block = (language: string): string => blocksOf(PAGE).find((each) => each.language === language)?.text ?? '';

it.each([
  ['python', 'test/clients/python/conftest.py'],
  ['go', 'test/clients/go/netscaler_test.go'],
])('the %s of the guide is what the tests of that client run', (language, file) => {
  expect(block(language).length).toBeGreaterThan(300);
  expect(readFileSync(file, 'utf8')).toContain(block(language).trim());
});

it('the fault rules of the guide are accepted', () => {
  expect(checkFaultRules(JSON.parse(block('json')))).toHaveLength(4);
});
