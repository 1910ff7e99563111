import type { Owner } from '../../contract/index.ts';
import type { RouteCertificate } from '../api.ts';
import { type Content, element, svg } from './dom.ts';
import { absolute, ago, day, ownerText } from './format.ts';
import { EXPIRY_WORDS, type Shape, type StatusWord, type Tone } from './words.ts';

/** Outlines in a square of 12 by 12. */
const SHAPES: Readonly<Record<Shape, string>> = {
  disc: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Z',
  ring: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z',
  cross: 'M2.6 1 6 4.4 9.4 1 11 2.6 7.6 6 11 9.4 9.4 11 6 7.6 2.6 11 1 9.4 4.4 6 1 2.6Z',
  triangle: 'M.5 1.5h11L6 11Z',
  arrow: 'M1 5h5.6L4.4 2.6 6 1l5 5-5 5-1.6-1.6L6.6 7H1Z',
  diamond: 'M6 .5 11.5 6 6 11.5.5 6Z',
  plus: 'M5 1h2v4h4v2H7v4H5V7H1V5h4Z',
  minus: 'M1 5h10v2H1Z',
  swap: 'M1 3h6V.8L11 4 7 7.2V5H1Zm10 6H5v2.2L1.8 9 5 6.8V8h6Z',
};

/** Draws a shape. It says nothing to a screen reader: the text beside it does. */
function icon(shape: Shape, tone: Tone): SVGSVGElement {
  return svg(
    'svg',
    {
      class: `icon tone-${tone}`,
      viewBox: '0 0 12 12',
      width: 12,
      height: 12,
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('path', { d: SHAPES[shape] }),
  );
}

/** Draws a shape within another picture, as wide as 12 units. */
export function iconAt(shape: Shape, tone: Tone, x: number, y: number): SVGPathElement {
  return svg('path', { class: `icon tone-${tone}`, d: SHAPES[shape], transform: `translate(${x} ${y})` });
}

/** Shows a state by shape, text and colour. */
export function mark({ label, tone, shape }: StatusWord, text: Content = label): HTMLElement {
  return element('span', { class: `mark mark-${tone}` }, icon(shape, tone), element('span', {}, text));
}

/** Shows a name that others chose, apart from the direction of the text around it. */
export const name = (text: string): HTMLElement => element('bdi', { class: 'name' }, text);

export function owner(of: Owner | undefined): HTMLElement {
  if (of === undefined) return element('span', { class: 'muted' }, 'none');
  const { cluster, namespace, name: ingress } = of;
  return element(
    'bdi',
    { class: 'owner', title: ownerText(of) },
    element('span', { class: 'muted' }, cluster),
    ' ',
    element('span', { class: 'name' }, `${namespace}/${ingress}`),
  );
}

/** Shows a time as how long ago it was; {@link retell} keeps it true. */
export function time(at: number | undefined, now = Date.now()): HTMLElement {
  if (at === undefined) return element('span', { class: 'muted' }, '–');
  return element(
    'time',
    { class: 'ago', datetime: new Date(at).toISOString(), title: absolute(at), 'data-at': at },
    ago(at, now),
  );
}

/** Says anew how long ago every shown time was. */
export function retell(root: ParentNode, now: number): void {
  for (const shown of root.querySelectorAll<HTMLElement>('time[data-at]')) {
    const text = ago(Number(shown.dataset.at), now);
    if (shown.textContent !== text) shown.textContent = text;
  }
}

/** Shows when a certificate expires: the day, with a mark where somebody should act. */
export function certificateMark(certificate: RouteCertificate | undefined): Content {
  if (certificate === undefined) return '–';
  if ('problem' in certificate) return mark(EXPIRY_WORDS.unseen);
  const { stage, notAfter } = certificate;
  const until = element(
    'time',
    { datetime: new Date(notAfter).toISOString(), title: absolute(notAfter) },
    day(notAfter),
  );
  return stage === undefined ? until : [mark(EXPIRY_WORDS[stage]), ' ', until];
}

/** Says that there is nothing to show, why, and what to do next. */
export function empty(title: string, ...text: Content[]): HTMLElement {
  return element('div', { class: 'empty' }, element('p', { class: 'empty-title' }, title), element('p', {}, text));
}

/** Makes a part of a view with its heading. */
export function section(id: string, title: Content, ...children: Content[]): HTMLElement {
  return element('section', { 'aria-labelledby': id, 'data-key': id }, element('h2', { id }, title), ...children);
}

export const code = (text: string): HTMLElement => element('code', {}, text);
export const link = (href: string, ...text: Content[]): HTMLElement => element('a', { href }, ...text);
