/** Returns a text as JSON with escaped slashes: `\/var\/log\/ns.log`. */
const text = (value: string): string => JSON.stringify(value).replaceAll('/', '\\/');

/**
 * Writes JSON in the appliance's own layout, which clients compare and search as text: a blank inside each brace and
 * bracket, after each colon and comma, and escaped slashes.
 */
export function nitroJson(value: unknown): string {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return value.length === 0 ? '[ ]' : `[ ${value.map(nitroJson).join(', ')} ]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return fields.length === 0
    ? '{ }'
    : `{ ${fields.map(([name, field]) => `${text(name)}: ${nitroJson(field)}`).join(', ')} }`;
}
