import { compareText } from '../contract/index.ts';
import type { Frontend } from '../route/index.ts';
import { wholeNumber } from './fields.ts';

/** The front ends of one owner's claims. `anywhere`: a row cannot name them all, so each front end must be searched. */
export type RecordedFrontends = readonly Frontend[] | 'anywhere';

/**
 * Bytes of one list: those of an IPv6 address with two ports. A record holds two lists beside its other fields, within the
 * 255 bytes of a map's entry.
 */
const LONGEST = 51;
const ANYWHERE = '*';

/**
 * Encodes front ends as `vip/port/port of the redirects`, 0 for none; those of further addresses and ports follow behind
 * commas.
 */
export function encodeFrontends(frontends: RecordedFrontends): string {
  if (frontends === 'anywhere') return ANYWHERE;
  // Nearly every record names one front end, or none.
  if (frontends.length === 0) return '';
  const [first] = frontends;
  const text = first !== undefined && frontends.length === 1 ? aloneText(first) : sortedText(frontends);
  return text.length > LONGEST ? ANYWHERE : text;
}

const aloneText = ({ vip, port, kind }: Frontend): string => (kind === 'tls' ? `${vip}/${port}/0` : `${vip}/0/${port}`);

/** Returns the text of front ends of one address. */
const textOf = (own: readonly Frontend[]): string =>
  pairs(own)
    .map(([tls, http]) => `${own[0]?.vip}/${tls}/${http}`)
    .join(',');

const sortedText = (frontends: readonly Frontend[]): string =>
  [...Map.groupBy(sorted(frontends), ({ vip }) => vip).values()].map(textOf).join(',');

/** Returns the ports of one address in pairs: TLS, and redirects. */
function pairs(frontends: readonly Frontend[]): [number, number][] {
  const [tls, http] = (['tls', 'http'] as const).map((kind) => frontends.filter((each) => each.kind === kind));
  const count = Math.max(tls?.length ?? 0, http?.length ?? 0);
  return Array.from({ length: count }, (_, index) => [tls?.[index]?.port ?? 0, http?.[index]?.port ?? 0]);
}

const sorted = (frontends: readonly Frontend[]): Frontend[] =>
  [...frontends].sort((a, b) => compareText(a.vip, b.vip) || a.port - b.port || compareText(a.kind, b.kind));

/** @returns undefined for a text that names no front end. */
export function decodeFrontends(text: string): RecordedFrontends | undefined {
  if (text === '') return undefined;
  // Nearly all records name the same front ends.
  if (text !== last.text) last = { text, frontends: frontendsIn(text) };
  return last.frontends;
}

let last: { readonly text: string; readonly frontends: RecordedFrontends | undefined } = {
  text: '',
  frontends: undefined,
};

function frontendsIn(text: string): RecordedFrontends | undefined {
  if (text === ANYWHERE) return 'anywhere';
  const frontends = text.split(',').flatMap((part): Frontend[] => {
    const [vip, port, insecurePort] = part.split('/');
    if (vip === undefined || vip === '' || port === undefined) return [];
    return [...frontendAt(vip, port, 'tls'), ...frontendAt(vip, insecurePort, 'http')];
  });
  return frontends.length === 0 ? undefined : frontends;
}

function frontendAt(vip: string, text: string | undefined, kind: Frontend['kind']): Frontend[] {
  const port = wholeNumber(text) ?? 0;
  return port > 0 ? [{ vip, port, kind }] : [];
}

/** Returns the named front ends; none where they may be anywhere. */
export const namedFrontends = (recorded: RecordedFrontends | undefined): readonly Frontend[] =>
  recorded === undefined || recorded === 'anywhere' ? [] : recorded;

/** Returns whether two records name the same front ends, in any order. */
export const sameFrontends = (a: RecordedFrontends | undefined, b: RecordedFrontends | undefined): boolean =>
  encodeFrontends(a ?? []) === encodeFrontends(b ?? []);
