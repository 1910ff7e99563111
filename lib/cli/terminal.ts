import { styleText } from 'node:util';

/** Somewhere that lines are shown: how they are coloured, and where they fold. */
export interface Screen {
  paint(style: Style, text: string): string;
  /** Characters of a line; undefined where nobody looks, and lines stay whole for programs. */
  readonly width: number | undefined;
}

export type Style = 'red' | 'yellow' | 'green' | 'dim';

/** No terminal: neither colour nor folding. */
export const PLAIN: Screen = { paint: (_style, text) => text, width: undefined };

/**
 * Returns the screen behind a stream. `styleText` honours NO_COLOR and FORCE_COLOR, and colours only for a terminal.
 */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  const { columns } = stream;
  return {
    paint: (style, text) => styleText(style, text, { stream }),
    width: stream.isTTY && columns >= 40 ? columns : undefined,
  };
}

/** Returns how a severity is coloured. */
export const severityStyle = (severity: 'error' | 'warning'): Style => (severity === 'error' ? 'red' : 'yellow');

/** Folds one line; what follows the first is indented. */
export function foldLine(line: string, { width }: Pick<Screen, 'width'>, indent: string): string {
  if (width === undefined || line.length <= width) return line;
  const lead = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = lead;
  let empty = true;
  for (const word of line.slice(lead.length).split(' ')) {
    if (!empty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = indent + word;
    } else current += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, current].join('\n');
}
