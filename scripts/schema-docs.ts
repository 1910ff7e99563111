import * as z from 'zod/mini';
import type { DocComments } from './doc-comments.ts';

/** The part of JSON Schema that zod makes of our schemas. */
export interface JsonSchema {
  $schema?: string;
  $id?: string;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
  description?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  minLength?: number;
  maxLength?: number;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
}

export interface Described {
  readonly comments: DocComments;
  /** Schemas that others share: they become `$defs` of these names, which are their constants. */
  readonly shared?: Readonly<Record<string, z.core.$ZodType>>;
  /** Descriptions of fields that need no comment where they stand, as `cluster`. */
  readonly common?: Readonly<Record<string, string>>;
}

/** JSON Schema of what goes in, each field with the comment that it has in the source of `constant`. */
export function describedSchema(schema: z.core.$ZodType, constant: string, described: Described): JsonSchema {
  const metadata = z.registry<{ id: string }>();
  for (const [id, part] of Object.entries(described.shared ?? {})) if (part !== schema) metadata.add(part, { id });
  const root = z.toJSONSchema(schema, { metadata, io: 'input' }) as JsonSchema;
  describe(root, constant, [], described);
  for (const [id, part] of Object.entries(root.$defs ?? {})) {
    // The key of a definition is its name already.
    delete part.$id;
    Reflect.deleteProperty(part, 'id');
    const description = described.comments.of(id, []);
    if (description !== undefined) part.description = description;
    describe(part, id, [], described);
  }
  return root;
}

function describe(schema: JsonSchema, constant: string, path: readonly string[], described: Described): void {
  for (const inner of [schema.items, ...(schema.anyOf ?? [])]) {
    if (inner !== undefined) describe(inner, constant, path, described);
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const at = [...path, name];
    const description = described.comments.of(constant, at) ?? described.common?.[name];
    if (description !== undefined) field.description = description;
    describe(field, constant, at, described);
  }
}

export interface FieldRow {
  /** `tls.verify`, `rules[].host`. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description: string;
}

/** All fields of an object schema, nested ones with their path; what is shared is named, not repeated. */
export function fieldRows(schema: JsonSchema, prefix = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = field.items ?? field;
    const row: FieldRow = {
      path,
      type: typeText(field),
      required: schema.required?.includes(name) ?? false,
      ...(field.default === undefined ? {} : { default: field.default }),
      description: field.description ?? '',
    };
    return [row, ...fieldRows(inner, `${path}${field.items === undefined ? '' : '[]'}.`)];
  });
}

const nameOf = (ref: string): string => ref.replace('#/$defs/', '');

/** Returns the type of a value in a few words. */
function typeText(schema: JsonSchema): string {
  if (schema.$ref !== undefined) return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeText).join(' or ');
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`;
  if (schema.format === 'uri') return 'URL';
  if (typeof schema.additionalProperties === 'object') return `map to ${typeText(schema.additionalProperties)}`;
  return `${schema.type ?? 'any'}${rangeText(schema)}`;
}

function rangeText({ minimum, maximum }: JsonSchema): string {
  const low = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const high = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low !== undefined && high !== undefined) return ` ${low}–${high}`;
  if (low !== undefined) return ` ≥ ${low}`;
  return high === undefined ? '' : ` ≤ ${high}`;
}

/** A table of Markdown; cells may hold anything. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(header), `|${header.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
