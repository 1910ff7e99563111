/** Returns an object with one field; without it when the value is undefined or empty. */
export function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string };
export function optional<K extends string>(key: K, value: string[] | undefined): { readonly [P in K]?: string[] };
export function optional(key: string, value: unknown): object {
  return value === undefined || value === '' ? {} : { [key]: value };
}
