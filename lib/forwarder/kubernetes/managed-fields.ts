const NEEDLE = Buffer.from('"managedFields":');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/**
 * Returns the JSON of an object without its `metadata.managedFields`: half of most objects, which would be parsed only
 * to be dropped. No text within the JSON can be mistaken for the field, because its quotes would be escaped. An
 * unexpected form is left for the parser to judge.
 */
export function withoutManagedFields(json: Buffer): string {
  const at = json.indexOf(NEEDLE);
  const begin = at + NEEDLE.length;
  if (at === -1 || json[begin] !== OPEN_LIST) return json.toString('utf8');
  const end = endOfList(json, begin);
  if (end === undefined) return json.toString('utf8');
  return `${json.toString('utf8', 0, begin)}null${json.toString('utf8', end)}`;
}

/** Returns the index behind the list that begins at `begin`. */
function endOfList(json: Buffer, begin: number): number | undefined {
  let depth = 0;
  for (let index = begin; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) {
      index += 1;
      while (index < json.length && json[index] !== QUOTE) index += json[index] === BACKSLASH ? 2 : 1;
    } else if (byte === OPEN_LIST) depth += 1;
    else if (byte === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}
