import { visible } from './format.ts';

/** ElementAttributes of an element: `true` sets an empty one, false and undefined leave it out. */
export type ElementAttributes = Readonly<Record<string, string | number | boolean | undefined>>;
/** Children of an element; undefined is left out, so that a part of a view can be optional. */
export type Content = Node | string | number | undefined | readonly Content[];

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element of HTML. Children are nodes or text, and text is never parsed: a name that holds markup is shown as it
 * is (and Trusted Types refuse anything else). Control characters, and those that turn the direction of writing, are shown
 * as escapes.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: ElementAttributes = {},
  ...children: Content[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

/** Makes an element of SVG, as {@link element} makes one of HTML. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: ElementAttributes = {},
  ...children: Content[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS(SVG, tag) as SVGElementTagNameMap[K], attributes, children);
}

/** Returns the nodes of some content, in order. */
export function nodesOf(content: Content): Node[] {
  if (content === undefined) return [];
  if (content instanceof Node) return [content];
  if (typeof content === 'string' || typeof content === 'number') {
    return [document.createTextNode(visible(String(content)))];
  }
  return content.flatMap((part) => nodesOf(part));
}

/** Returns an element of the page's own frame, which index.html has. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no element with the id ${id}`);
  return found;
}

function fill<E extends Element>(made: E, attributes: ElementAttributes, children: readonly Content[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? '' : visible(String(value)));
  }
  made.append(...nodesOf(children));
  return made;
}
