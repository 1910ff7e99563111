/** A field that is left out where there is nothing to say, and where it is empty. */
export function optional<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string };
export function optional<K extends string>(key: K, value: string[] | undefined): { readonly [P in K]?: string[] };
export function optional(key: string, value: unknown): object {
  return value === undefined || value === '' ? {} : { [key]: value };
}
