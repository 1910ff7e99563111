/** Returns a text as JSON with escaped slashes: `\/var\/log\/ns.log`. */
const text = (value: string): string => JSON.stringify(value).replaceAll('/', '\\/');

/** Names of fields as text: they are those of the schema, and each stands in every row of an answer. */
const names = new Map<string, string>();

function nameText(name: string): string {
  let known = names.get(name);
  if (known === undefined) {
    known = text(name);
    if (names.size < 10_000) names.set(name, known);
  }
  return known;
}

/**
 * Writes JSON in the appliance's own layout, which clients compare and search as text: a blank inside each brace and
 * bracket, after each colon and comma, and escaped slashes.
 */
export function nitroJson(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let inner = '';
  if (Array.isArray(value)) {
    for (const each of value) inner += `${inner === '' ? '' : ', '}${nitroJson(each)}`;
    return inner === '' ? '[ ]' : `[ ${inner} ]`;
  }
  for (const name of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) inner += `${inner === '' ? '' : ', '}${nameText(name)}: ${nitroJson(field)}`;
  }
  return inner === '' ? '{ }' : `{ ${inner} }`;
}
