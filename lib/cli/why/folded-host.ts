/** Returns a host as names are compared: in lower case, without the dot at its end. */
export const foldedHost = (host: string): string => host.toLowerCase().replace(/\.$/, '');
