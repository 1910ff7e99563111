import { isIP } from 'node:net';
import { ApplianceError, warning } from '../errors.ts';
import { compileExpression } from '../expression/compile.ts';
import { ExpressionError } from '../expression/lexer.ts';
import { referencesIn } from '../expression/references.ts';
import { isText } from '../expression/values.ts';
import { expressions, foldedKinds, references } from '../schema/references.ts';
import { isBuiltIn } from '../store/links.ts';
import type { Store, StoredRow } from '../store/store.ts';
import type { Context } from './context.ts';
import { IDENTIFIER, NAME, RESERVED, RESERVED_WORD } from './limits.ts';

/** Returns a look-up of the named expressions of a partition. */
export function scopeOf(store: Store): (name: string) => string | undefined {
  return (name) => store.object('policyexpression', name)?.value as string | undefined;
}

export function checkName(kind: string, name: string): void {
  const identifier = foldedKinds.has(kind);
  if (identifier && (!IDENTIFIER.test(name) || RESERVED.test(name) || RESERVED_WORD.test(name))) {
    throw new ApplianceError(1075, name);
  }
  if (!identifier && !NAME.test(name)) throw new ApplianceError(1075, name);
}

function checkExpression(kind: string, attribute: string, text: string, context: Context): void {
  const { store } = context;
  try {
    for (const { kind: target, name } of referencesIn(text)) {
      if (store.object(target, name) !== undefined) continue;
      if (target === 'policypatset' && store.object('policydataset', name) !== undefined) continue;
      if (target === 'policystringmap') throw new ApplianceError(2856, name, 599);
      if (target === 'policypatset') throw new ApplianceError(2823, name, 599);
    }
    const { type, unevaluated } = compileExpression(text, scopeOf(store));
    const wanted = expressions[kind]![attribute]!;
    if (type !== 'unknown' && wanted === 'bool' && type !== 'bool') throw new ApplianceError(3092);
    if (type !== 'unknown' && wanted === 'text' && !isText(type)) throw new ApplianceError(3085);
    for (const part of unevaluated) context.note(`${part} is stored but not evaluated: its result is always UNDEF.`);
  } catch (error) {
    if (error instanceof ExpressionError) throw new ApplianceError(error.code, error.message);
    throw error;
  }
}

/** Checks that everything that a row names exists and that its expressions compile; skips what has not changed. */
export function checkLinks(kind: string, row: StoredRow, before: StoredRow | undefined, context: Context): void {
  const { store } = context;
  for (const [attribute, facts] of Object.entries(references[kind] ?? {})) {
    const value = row[attribute];
    if (typeof value !== 'string' || value === before?.[attribute] || isBuiltIn(kind, attribute, value)) continue;
    if (!facts.to.some((target) => store.object(target, value) !== undefined))
      throw new ApplianceError(facts.missing, value);
  }
  for (const attribute of Object.keys(expressions[kind] ?? {})) {
    const value = row[attribute];
    const plain = kind === 'responderaction' && row.type === 'respondwithhtmlpage';
    if (typeof value === 'string' && value !== before?.[attribute] && !plain)
      checkExpression(kind, attribute, value, context);
  }
}

/** Returns an address as the appliance shows it; IPv6 in the form of RFC 5952. */
export function canonicalAddress(text: string): string {
  const family = isIP(text);
  if (family === 4) return text;
  if (family === 6) return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  throw new ApplianceError(1110, text);
}

/** Warns (1067) about features that are off: the configuration is kept, and has no effect until they are on. */
export function warnFeature(context: Context, ...features: string[]): void {
  const enabled = enabledFeatures(context.root);
  const off = features.filter((feature) => !enabled.has(feature));
  if (off.length > 0) context.warnings.push(warning(1067, off.join(', ')));
}

function enabledFeatures(root: Store): Set<string> {
  return new Set((root.object('nsfeature', '')?.feature as string[] | undefined) ?? []);
}
