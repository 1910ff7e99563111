import { additions } from './additions.ts';
import { parseResource, type ResourceSchema, type ResourceText } from './resource.ts';
import table from './resources.json' with { type: 'json' };

function build(): ReadonlyMap<string, ResourceSchema> {
  const texts: Record<string, ResourceText> = { ...(table as Record<string, ResourceText>) };
  for (const [kind, text] of Object.entries(additions)) {
    const base = texts[kind] ?? { key: '', operations: '', attributes: {} };
    texts[kind] = { ...base, ...text, attributes: { ...base.attributes, ...text.attributes } };
  }
  return new Map(Object.entries(texts).map(([kind, text]) => [kind, parseResource(kind, text)]));
}

/** Maps the NITRO names of all resources to their schemas. */
export const schemas: ReadonlyMap<string, ResourceSchema> = build();
