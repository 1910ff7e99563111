import type { ResourceSchema } from '../lib/simulator/schema/resource.ts';
import { schemas } from '../lib/simulator/schema/schema.ts';
import { STATISTICS } from '../lib/simulator/view/stat.ts';
import { table } from './schema-docs.ts';

/** Operations that need no action in the URL, with what requests them. */
const PLAIN: Readonly<Record<string, string>> = {
  add: '`POST`',
  update: '`PUT`',
  delete: '`DELETE`',
  get: '`GET`',
  'get-all': '`GET`',
  'get-byname': '`GET …/NAME`',
  count: '`?count=yes`',
};

const code = (name: string): string => `\`${name}\``;
const list = (names: Iterable<string>): string => [...names].map(code).join(', ');

function plain({ operations }: ResourceSchema): string {
  const shown = Object.entries(PLAIN).flatMap(([name, text]) => (operations.has(name) ? [text] : []));
  return [...new Set(shown)].join(' ');
}

const actions = ({ operations }: ResourceSchema): string =>
  list(
    [...operations]
      .filter((name) => !Object.hasOwn(PLAIN, name))
      .map((name) => name.toLowerCase())
      .sort(),
  );

const settable = ({ attributes }: ResourceSchema): string =>
  String([...attributes.values()].filter(({ add, update }) => add || update).length);

/** Queries that every read takes, as `lib/simulator/http/read.ts` reads them. */
const QUERIES: readonly (readonly [string, string])[] = [
  ['`args=name:value,…`', 'the arguments of the table'],
  ['`filter=name:value,…`', 'rows that match; `name:/pattern/` takes a regular expression'],
  ['`attrs=name,…`', 'only these attributes'],
  ['`view=summary`', 'the short form, where the type has one'],
  ['`count=yes`', 'only the number, as `__count`'],
  ['`pagesize=N&pageno=M`', 'a page'],
  ['`bulkbindings=yes`', 'bindings of all objects at once'],
  ['`statbindings=yes`', 'statistics of groups with their members'],
  ['`warning=yes`', 'status 209 and a warning, where there is one'],
];

/** `docs/simulator-types.md`. */
export function renderSimulatorTypes(): string {
  const all = [...schemas.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  const bindings = all.filter(({ kind }) => kind.endsWith('_binding'));
  const types = all.filter(({ kind }) => !kind.endsWith('_binding'));
  return [
    '# NITRO types of the simulator\n',
    `What [the simulator](simulator.md) knows: ${types.length} types below \`/nitro/v1/config\`, ${bindings.length} types of bindings, and ${STATISTICS.length} below \`/nitro/v1/stat\`. Any other type is refused with 404 and code 1232, any other attribute with 278. \`GET /nitro/v1/config\` lists the types, too.\n`,
    'This page is generated from `lib/simulator/schema` (`npm run generate`). [What is simulated](appliance.md) says what the types do.\n',
    '## Types\n',
    '`Actions` are values of `?action=`. `Attributes` counts those that can be set.\n',
    `${table(
      ['type', 'key', 'requests', 'actions', 'arguments', 'attributes'],
      types.map((schema) => [
        code(schema.kind),
        schema.key === '' ? '' : code(schema.key),
        plain(schema),
        actions(schema),
        list(schema.getArgs),
        settable(schema),
      ]),
    )}\n`,
    '## Bindings\n',
    'A binding is added with `PUT` (or `POST`), and removed with `DELETE …/NAME?args=…`. `GET <type>_binding/NAME` returns all bindings of an object.\n',
    `${table(
      ['type', 'of', 'requests', 'arguments of DELETE', 'attributes'],
      bindings.map((schema) => [
        code(schema.kind),
        schema.key === '' ? '' : code(schema.key),
        plain(schema),
        list(schema.deleteArgs),
        settable(schema),
      ]),
    )}\n`,
    '## Statistics\n',
    `${list([...STATISTICS].sort())}.\n`,
    '## Queries\n',
    `${table(
      ['query', 'means'],
      QUERIES.map((row) => [...row]),
    )}\n`,
  ].join('\n');
}
