import { parseMark, systemMark } from '../netscaler/index.ts';

/**
 * The name of this probe as a system. It is longer than a system id may be, so no deployment has objects of this name:
 * neither takes the other's for its own.
 */
const SYSTEM = 'nspassverify';

/** The comment of every object that the probe makes, where its type has one. */
export const MARK = systemMark(SYSTEM);

/** Returns the name of an object of the probe. */
export const own = (name: string): string => `${SYSTEM}-${name}`;
/** Returns the name of a string map or a pattern set of the probe: an identifier. */
export const ownMap = (name: string): string => `${SYSTEM}_${name}`;

/** Returns whether a name is one that only the probe gives. */
export const isOwnName = (name: string): boolean => /^nspassverify[-_]/.test(name);

/** Matches the probe's names in a filter (PCRE). */
export const OWN_NAMES = '/^nspassverify[-_]/';

/** Returns whether a comment is the probe's mark, whatever follows it. */
export const isMarked = (comment: unknown): boolean => parseMark(comment)?.system === SYSTEM;

/** Returns a text that is filled up to a length. */
export const filled = (text: string, length: number): string => text.padEnd(length, 'x');

/** Folder of certificates on the appliance. */
export const FOLDER = '/nsconfig/ssl';
