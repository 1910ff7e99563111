/**
 * The rules by which a policy at the ClientHello chooses names, as far as they are read. The vendor's controller does not
 * document its own (V), so several spellings are read, and every other rule is left alone as one that nobody understands.
 *
 * | rule                                                              | names                     |
 * | ----------------------------------------------------------------- | ------------------------- |
 * | `…SNI.EQ("a.example.com")`, `…CONTAINS("a.example.com")`           | `a.example.com`           |
 * | `…SNI.ENDSWITH(".example.com")`                                    | `*.example.com`           |
 * | `…SNI.REGEX_MATCH(re/^[^.]+\.example\.com$/)`, also `.*` in front  | `*.example.com`           |
 * | any of them joined by `\|\|`, in brackets                          | all of them               |
 * | `true`                                                            | every name that is left   |
 *
 * `CONTAINS` and `ENDSWITH` match more than these names; what they match beyond is nobody's host.
 */
export type SniRule =
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  | { readonly kind: 'every' }
  | { readonly kind: 'unknown' };

const UNKNOWN: SniRule = { kind: 'unknown' };

const SNI = 'CLIENT.SSL.CLIENT_HELLO.SNI';
const FOLDED = ['.SET_TEXT_MODE(IGNORECASE)', '.TO_LOWER'];

/** Reads the rule of a policy. */
export function readSniRule(rule: string): SniRule {
  const text = withoutBrackets(rule.trim());
  if (text.toLowerCase() === 'true') return { kind: 'every' };
  const hosts = text.split('||').map((part) => hostIn(withoutBrackets(part.trim())));
  return hosts.every((host) => host !== undefined) ? { kind: 'hosts', hosts: [...new Set(hosts)] } : UNKNOWN;
}

/** Takes away brackets around the whole text. */
function withoutBrackets(text: string): string {
  let inner = text;
  while (inner.startsWith('(') && inner.endsWith(')') && isOnePair(inner)) inner = inner.slice(1, -1).trim();
  return inner;
}

/** Returns whether the first bracket is closed by the last one. */
function isOnePair(text: string): boolean {
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0) return index === text.length - 1;
  }
  return false;
}

const NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** Returns the host of one comparison. */
function hostIn(text: string): string | undefined {
  if (!text.toUpperCase().startsWith(SNI)) return undefined;
  let call = text.slice(SNI.length);
  const folded = FOLDED.find((method) => call.toUpperCase().startsWith(method));
  if (folded !== undefined) call = call.slice(folded.length);
  const quoted = /^\.(EQ|CONTAINS|ENDSWITH)\("([^"\\]+)"\)$/i.exec(call);
  if (quoted !== null) return hostOfText(String(quoted[1]).toUpperCase(), String(quoted[2]).toLowerCase());
  const pattern = /^\.REGEX_MATCH\(re\/([^/]+)\/\)$/i.exec(call)?.[1];
  return pattern === undefined ? undefined : wildcardOfPattern(pattern);
}

function hostOfText(method: string, text: string): string | undefined {
  if (method === 'ENDSWITH') return text.startsWith('.') && NAME.test(text.slice(1)) ? `*${text}` : undefined;
  return NAME.test(text) ? text : undefined;
}

/** Beginnings of patterns that stand for the first label, or for anything. */
const FIRST_LABELS = ['[^.]+', '[^.]*', '[a-z0-9-]+', '.*', '.+'];

/** Returns the wildcard that a pattern stands for: `.*.example.com` and its exact spellings. */
function wildcardOfPattern(pattern: string): string | undefined {
  const inner = pattern.replace(/^\^/, '').replace(/\$$/, '').toLowerCase();
  const first = FIRST_LABELS.find((label) => inner.startsWith(label));
  if (first === undefined) return undefined;
  const suffix = inner.slice(first.length).replaceAll('\\.', '.');
  return suffix.startsWith('.') && NAME.test(suffix.slice(1)) ? `*${suffix}` : undefined;
}
