import type { PathLink, RoutePath } from '../api.ts';
import { type Content, element, svg } from './dom.ts';
import { count, shortened } from './format.ts';
import { iconAt } from './parts.ts';
import { LINK_WORDS, memberWord } from './words.ts';

const BOX = { width: 174, height: 78, gap: 36 } as const;
const MEMBER = { height: 28, gap: 8, most: 6 } as const;
/** Characters that fit in a box, by the widths of the fonts. */
const FITS = { name: 20, object: 24, member: 19 } as const;
/** Pixels of a wide screen for each unit of the picture. */
const SCALE = 1.16;
const STEP = BOX.width + BOX.gap;

const MEMBER_BOXES = { good: 'ok', warning: 'warning', quiet: 'warning', bad: 'broken' } as const;

/** A place in the picture. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws the path of a connection: client, virtual server, row of the host, back end, members. The first broken link is
 * marked, and what lies behind it is drawn with broken lines. The list of steps below says the same in words.
 */
export function pathDiagram({ route, links, members }: RoutePath): HTMLElement {
  const shown = members.slice(0, MEMBER.most);
  const more = members.length - shown.length;
  const rows = shown.length + (more > 0 ? 1 : 0);
  const tall = rows * (MEMBER.height + MEMBER.gap) - MEMBER.gap;
  const height = Math.max(BOX.height, tall) + 8;
  const middle = height / 2;
  const broken = links.findIndex(({ ok }) => !ok);
  const reached = (index: number): boolean => broken < 0 || index <= broken;
  const end: Spot = { x: links.length * STEP, y: middle - tall / 2 };
  const columns = links.length + (rows > 0 ? 1 : 0);
  const width = columns * STEP - BOX.gap;
  return element(
    'div',
    { class: 'diagram' },
    svg(
      'svg',
      {
        role: 'img',
        'aria-label': `Path from the client to the members of ${route.host}`,
        'aria-describedby': 'path-steps',
        viewBox: `-1 0 ${width + 2} ${height}`,
        width: Math.round(width * SCALE),
        height: Math.round(height * SCALE),
      },
      links.slice(1).map((_, index) => arrow({ x: index * STEP + BOX.width, y: middle }, reached(index + 1))),
      shown.map(({ state }, index) =>
        branch({ x: end.x, y: memberMiddle(end, index) }, middle, broken < 0 && state === 'UP'),
      ),
      more > 0 ? branch({ x: end.x, y: memberMiddle(end, shown.length) }, middle, broken < 0) : undefined,
      links.map((link, index) => box(link, { x: index * STEP, y: middle - BOX.height / 2 }, reached(index))),
      shown.map(({ address, port, state }, index) =>
        memberBox(`${address}:${port}`, state, { x: end.x, y: memberMiddle(end, index) }),
      ),
      more > 0
        ? svg(
            'text',
            { class: 'diagram-more', x: end.x + 10, y: memberMiddle(end, shown.length) + 4 },
            `and ${count(more)} more`,
          )
        : undefined,
    ),
  );
}

const memberMiddle = (end: Spot, index: number): number =>
  end.y + index * (MEMBER.height + MEMBER.gap) + MEMBER.height / 2;

function box({ kind, name, object, ok }: PathLink, { x, y }: Spot, reached: boolean): Content {
  const state = ok ? (reached ? 'ok' : 'behind') : 'broken';
  return svg(
    'g',
    { class: `diagram-box diagram-${state}`, transform: `translate(${x} ${y})` },
    svg('title', {}, object === undefined ? name : `${name} (${object})`),
    svg('rect', { width: BOX.width, height: BOX.height, rx: 6 }),
    svg('text', { class: 'diagram-kind', x: 12, y: 22 }, LINK_WORDS[kind]),
    svg('text', { class: 'diagram-name', x: 12, y: 44 }, shortened(name, FITS.name)),
    object === undefined
      ? undefined
      : svg('text', { class: 'diagram-object', x: 12, y: 63 }, shortened(object, FITS.object)),
    iconAt(ok ? (reached ? 'disc' : 'ring') : 'cross', ok ? (reached ? 'good' : 'quiet') : 'bad', BOX.width - 22, 11),
  );
}

function memberBox(name: string, state: string, { x, y }: Spot): Content {
  const { tone, shape, label } = memberWord(state);
  return svg(
    'g',
    {
      class: `diagram-box diagram-${MEMBER_BOXES[tone]}`,
      transform: `translate(${x} ${y - MEMBER.height / 2})`,
    },
    svg('title', {}, `${name} ${label}`),
    svg('rect', { width: BOX.width, height: MEMBER.height, rx: 5 }),
    iconAt(shape, tone, 9, 8),
    svg('text', { class: 'diagram-name', x: 28, y: 18 }, shortened(name, FITS.member)),
  );
}

/** Draws the line from one box to the next, with its head. */
function arrow({ x, y }: Spot, reached: boolean): Content {
  const to = x + BOX.gap;
  return svg(
    'g',
    { class: reached ? 'diagram-line' : 'diagram-line diagram-cut' },
    svg('path', { d: `M${x} ${y}H${to - 7}` }),
    svg('path', { class: 'diagram-head', d: `M${to - 8} ${y - 5} ${to} ${y} ${to - 8} ${y + 5}Z` }),
  );
}

/** Draws the line from the back end, which is in the middle, to one of its members. */
function branch({ x, y }: Spot, middle: number, up: boolean): Content {
  const from = x - BOX.gap;
  const bend = from + BOX.gap / 2;
  return svg(
    'g',
    { class: up ? 'diagram-line' : 'diagram-line diagram-cut' },
    svg('path', { d: `M${from} ${middle}C${bend} ${middle} ${bend} ${y} ${x} ${y}` }),
  );
}
