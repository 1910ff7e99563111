import { styleText } from 'node:util';

/** Colours and width of an output. */
export interface Screen {
  paint(style: Style, text: string): string;
  /** Characters of a line; undefined without a terminal: programs get whole lines. */
  readonly width: number | undefined;
}

export type Style = 'red' | 'yellow' | 'green' | 'dim';

/** A screen without colours and folding. */
export const PLAIN: Screen = { paint: (_style, text) => text, width: undefined };

/**
 * Returns the screen of a stream. `styleText` honours NO_COLOR and FORCE_COLOR, and colours only for a terminal.
 */
export function screenOf(stream: NodeJS.WriteStream): Screen {
  const { columns } = stream;
  return {
    paint: (style, text) => styleText(style, text, { stream }),
    width: stream.isTTY && columns >= 40 ? columns : undefined,
  };
}

/** Returns the colour of a severity. */
export const severityStyle = (severity: 'error' | 'warning'): Style => (severity === 'error' ? 'red' : 'yellow');

/** Folds one line to the width; continuation lines are indented. */
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
