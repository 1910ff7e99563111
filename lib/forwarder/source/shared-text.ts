/**
 * Returns a text that is the same object for all equal texts, and that stands in memory as a whole. Texts that are put
 * together or cut out keep their parts: a name of 25 bytes takes 70 bytes then, in each map that holds it.
 *
 * A name of a property is such a text in V8 (it is “internalized”), and V8 forgets it when nothing holds it. In another
 * engine, this returns an equal text.
 */
export function sharedText(text: string): string {
  const holder = Object.create(null) as Record<string, true>;
  holder[text] = true;
  for (const name in holder) return name;
  return text;
}
