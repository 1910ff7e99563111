/**
 * Changes the children of an element into others, and touches only what differs: what has the focus keeps it, what was
 * scrolled stays so, and a text field keeps what is being typed.
 *
 * Children with `data-key` are told apart by it, so that a row that comes first does not change every row after it.
 * Others are compared by their place.
 */
export function morph(parent: Element, next: readonly Node[]): void {
  const keys = new Set(next.map((node) => keyOf(node)).filter((key) => key !== undefined));
  let current = parent.firstChild;
  for (const node of next) {
    while (current !== null && gone(current, keys)) current = removed(current);
    if (current !== null && alike(current, node)) {
      adapt(current, node);
      current = current.nextSibling;
    } else if (current !== null && keyOf(node) === undefined && keyOf(current) === undefined) {
      const after: ChildNode | null = current.nextSibling;
      current.replaceWith(node);
      current = after;
    } else {
      const known = keyOf(node) === undefined ? undefined : later(current, node);
      if (known !== undefined) adapt(known, node);
      parent.insertBefore(known ?? node, current);
    }
  }
  while (current !== null) current = removed(current);
}

const keyOf = (node: Node): string | undefined =>
  node instanceof Element ? (node.getAttribute('data-key') ?? undefined) : undefined;

const alike = (a: Node, b: Node): boolean => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

function gone(node: Node, keys: ReadonlySet<string | undefined>): boolean {
  const key = keyOf(node);
  return key !== undefined && !keys.has(key);
}

function removed(node: ChildNode): ChildNode | null {
  const after = node.nextSibling;
  node.remove();
  return after;
}

/** Finds the sibling that becomes a node, behind others that moved. */
function later(from: ChildNode | null, node: Node): ChildNode | undefined {
  for (let sibling = from; sibling !== null; sibling = sibling.nextSibling) if (alike(sibling, node)) return sibling;
  return undefined;
}

function adapt(current: Node, next: Node): void {
  if (current instanceof Element && next instanceof Element) {
    for (const { name } of [...current.attributes]) if (!next.hasAttribute(name)) current.removeAttribute(name);
    for (const { name, value } of next.attributes) {
      if (current.getAttribute(name) !== value) current.setAttribute(name, value);
    }
    morph(current, [...next.childNodes]);
  } else if (current.nodeValue !== next.nodeValue) {
    current.nodeValue = next.nodeValue;
  }
}
