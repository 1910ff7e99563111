import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { EVENTS, OUTCOMES } from '../../../lib/contract/index.ts';
import { METRICS } from '../../../lib/telemetry/index.ts';
import { docComments } from '../../../scripts/doc-comments.ts';
import { DETAIL_TYPES, eventSchema, renderEvents } from '../../../scripts/event-docs.ts';
import { EXAMPLES } from '../../../scripts/event-examples.ts';
import { renderConfiguration, renderMetrics } from '../../../scripts/reference-docs.ts';
import { describedSchema, fieldRows, type JsonSchema, table } from '../../../scripts/schema-docs.ts';

const SOURCE = `
/** Many. */
const shared = { /** Of both. */ cluster: z.string(), plain: z.int() };
const host = z.string().check(z.regex(/^[{(]'*$/));
/**
 * The whole.
 * In two lines.
 */
export const Thing = z.strictObject({
  ...shared,
  // not this
  host,
  /** A list. */
  list: z.array(
    z.strictObject({
      /** Inside. */
      inner: z._default(z.string(), ','),
    }),
  ),
  /** After it. */
  after: z.optional(z.int()),
});
export const Alias = z.strictObject(shared);
`;

describe('comments of schemas', () => {
  const comments = docComments([SOURCE]);
  it.each([
    ['Thing', [], 'The whole. In two lines.'],
    ['Thing', ['cluster'], 'Of both.'],
    ['Alias', ['cluster'], 'Of both.'],
    ['Thing', ['list'], 'A list.'],
    ['Thing', ['list', 'inner'], 'Inside.'],
    ['Thing', ['after'], 'After it.'],
    ['Thing', ['host'], undefined],
    ['Thing', ['plain'], undefined],
    ['Thing', ['inner'], undefined],
    ['Other', ['cluster'], undefined],
  ])('%s %j', (constant, path, text) => {
    expect(comments.of(constant, path)).toBe(text);
  });
});

describe('tables of fields', () => {
  it('name type, default and comment of each field, nested ones with their path', () => {
    const schema = z.strictObject({
      list: z.array(z.strictObject({ inner: z._default(z.string(), ',') })),
      after: z.optional(z.int().check(z.gte(1), z.lte(9))),
      either: z.union([z.int(), z.literal('never')]),
    });
    const described = describedSchema(schema, 'Thing', { comments: docComments([SOURCE]), common: { either: 'Or.' } });
    expect(fieldRows(described)).toEqual([
      { path: 'list', type: 'list of object', required: true, description: 'A list.' },
      { path: 'list[].inner', type: 'string', required: false, default: ',', description: 'Inside.' },
      { path: 'after', type: 'integer 1–9', required: false, description: 'After it.' },
      { path: 'either', type: 'integer or `never`', required: true, description: 'Or.' },
    ]);
  });

  it('a cell cannot break its table', () => {
    expect(table(['a'], [['b|c\nd']])).toBe('| a |\n|---|\n| b\\|c d |');
  });
});

function undescribed(schema: JsonSchema, path = ''): string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined && field.const === undefined && name !== 'data' ? [`${path}${name}`] : []),
    ...undescribed(field, `${path}${name}.`),
  ]);
  const parts = Object.entries(schema.$defs ?? {}).flatMap(([name, part]) => undescribed(part, `${name}:`));
  return [...fields, ...parts, ...(schema.items === undefined ? [] : undescribed(schema.items, `${path}[].`))];
}

describe('schemas of events', () => {
  it.each(DETAIL_TYPES)('%s: every field says what it means', (detailType) => {
    expect(undescribed(eventSchema(detailType))).toEqual([]);
  });

  it.each(DETAIL_TYPES)(
    '%s: names its type and version, and refuses unknown data unless it is an outcome',
    (detailType) => {
      const schema = eventSchema(detailType);
      expect(schema.$id).toBe(`urn:nspass:event:${EVENTS[detailType].type}`);
      // A newer function may say more of an outcome; what desired state says must be known.
      const lenient = OUTCOMES.some((outcome) => outcome === detailType);
      expect(schema.properties?.data?.additionalProperties).toBe(lenient ? undefined : false);
      expect(schema.required).toContain('data');
    },
  );

  it.each(DETAIL_TYPES)('%s: its example is an event', (detailType) => {
    expect(EVENTS[detailType].schema.safeParse(EXAMPLES[detailType]).error).toBeUndefined();
  });
});

describe('pages', () => {
  it('show every event, metric and field of the configuration', () => {
    const events = renderEvents();
    for (const detailType of DETAIL_TYPES) expect(events).toContain(`\n## ${detailType}\n`);
    const metrics = renderMetrics();
    for (const name of Object.keys(METRICS)) expect(metrics).toContain(`| \`${name}\` |`);
    expect(renderConfiguration()).toContain('| `prune.percent` | number 0–100 | `30` |');
  });

  it('no field of the configuration is without its meaning', () => {
    expect(renderConfiguration()).not.toMatch(/\| {2}\|$/m);
  });
});
