/**
 * Returns the anchor of a heading as GitHub makes it, so that one link works in the repository and on the site. The
 * second heading of one text gets `-1`, which markdown-it-anchor appends as GitHub does.
 *
 * @param heading text of the heading, without markup.
 */
export function headingSlug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}
