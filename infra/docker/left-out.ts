/**
 * Packages that others look for at run time without depending on them → what is bundled instead, an empty module. `debug`
 * tries `supports-color`. A development package of that name is installed here, and would get into every bundle.
 */
export const LEFT_OUT: Readonly<Record<string, string>> = { 'supports-color': 'data:text/javascript,' };
