/**
 * Patterns that skip parts of JSON. V8 compiles a pattern to machine code even where its flags keep it from compiling this
 * program's functions, as in the image: a loop over bytes took ten times as long (docs/performance.md).
 *
 * Texts are those of UTF-8 or of its bytes in Latin-1: structure appears in no multi-byte character. Each pattern is sticky.
 */

/** Depth to which a pattern follows lists and mappings within one another: few items of a list are deeper. */
const DEPTH = 6;

/** The rest of a string behind its opening quote, without the closing one. An escape that is cut off is left. */
const REST_OF_STRING = String.raw`[^"\\]*(?:\\.[^"\\]*)*`;
const STRING = `"${REST_OF_STRING}"`;
/** Whatever is neither a bracket nor a quote: commas, colons, blanks, numbers, literals. */
const PLAIN = String.raw`[^"{}\[\]]*`;

/** Returns a pattern of values and what is between them; lists and mappings within one another up to a depth. */
function values(depth: number): string {
  const one = depth === 0 ? STRING : String.raw`(?:${STRING}|[{\[]${values(depth - 1)}[}\]])`;
  return `${PLAIN}(?:${one}${PLAIN})*`;
}

const sticky = (pattern: string): RegExp => new RegExp(pattern, 'ys');

/** Everything up to the closing quote of a string, the end of the text, or a `\` at its end. */
export const stringRest = sticky(REST_OF_STRING);
/** Everything up to the next bracket, or an unfinished string. */
export const flatValues = sticky(values(0));
/** Everything up to a bracket that closes what is around, that begins something deeper or unfinished, or an unfinished string. */
export const deepValues = sticky(values(DEPTH));
/** A whole list. */
export const wholeList = sticky(String.raw`\[${values(DEPTH)}\]`);

/** Returns the index behind what a pattern matches at an index; the index itself where it matches nothing. */
export function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
