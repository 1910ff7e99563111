import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const CSS = readFileSync(new URL('../../../../lib/console/page/app.css', import.meta.url), 'utf8');
const DARK = CSS.indexOf('@media (prefers-color-scheme: dark)');

/** Reads the custom properties that are colours, from a place in the style sheet on. */
function colours(css: string): Map<string, string> {
  const root = css.slice(css.indexOf(':root {'), css.indexOf('}', css.indexOf(':root {')));
  return new Map([...root.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

const SCHEMES = { light: colours(CSS), dark: colours(CSS.slice(DARK)) };

/** Relative luminance, by WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** Text → the grounds that it stands on. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  text: ['ground', 'surface', 'sunken', 'accent-ground', 'bad-ground', 'warning-ground'],
  muted: ['ground', 'surface', 'sunken', 'accent-ground', 'bad-ground'],
  accent: ['ground', 'surface', 'sunken', 'accent-ground'],
  good: ['ground', 'surface', 'sunken', 'good-ground'],
  bad: ['ground', 'surface', 'sunken', 'bad-ground'],
  warning: ['ground', 'surface', 'sunken', 'warning-ground'],
  quiet: ['ground', 'surface', 'sunken', 'quiet-ground'],
};

/** Edges of controls and boxes → what they stand on. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  control: ['ground', 'surface'],
  accent: ['ground', 'surface', 'accent-ground'],
  bad: ['surface', 'bad-ground'],
  warning: ['surface', 'warning-ground'],
};

const pairs = (table: Readonly<Record<string, readonly string[]>>): [string, string][] =>
  Object.entries(table).flatMap(([front, grounds]) => grounds.map((ground): [string, string] => [front, ground]));

describe.each(['light', 'dark'] as const)('contrast of the console, %s', (scheme) => {
  const of = (name: string): string => SCHEMES[scheme].get(name) ?? '';

  it.each(pairs(TEXTS))('text: %s on %s is at least 4.5', (front, ground) => {
    expect(contrast(of(front), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(EDGES))('edge: %s on %s is at least 3', (front, ground) => {
    expect(contrast(of(front), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

describe('the colours of the console', () => {
  it('are computed as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  it('are the same names in light and dark', () => {
    expect([...SCHEMES.dark.keys()]).toEqual([...SCHEMES.light.keys()]);
    expect(SCHEMES.light.size).toBeGreaterThan(15);
  });

  it('are used by name only', () => {
    const rules = CSS.slice(CSS.indexOf('*,\n*::before'));
    expect(rules.match(/#[0-9a-f]{3,8}\b|\brgb\(|\bhsl\(/g)).toBeNull();
  });
});
