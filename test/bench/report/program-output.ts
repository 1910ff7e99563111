import type { Figure } from '../figure.ts';

/**
 * Reads the figures that a program prints for people: rows of a table, or lines of a name and a value with two blanks
 * between them. A target in brackets, `(target 20 s, missed)`, is judged.
 */
export function figuresIn(output: string): Figure[] {
  return output.split('\n').flatMap((line): Figure[] => {
    if (line.startsWith('|')) return tableRow(line);
    const [what, ...rest] = line.trim().split(/ {2,}/);
    if (what === undefined || what === '' || rest.length === 0) return [];
    const value = rest.join(' ');
    const [, target, missed] = /\((?:target|limit) ([^(),]+)(, missed)?\)/.exec(value) ?? [];
    if (target === undefined) return [{ what, measured: value }];
    return [{ what, measured: value.replace(/ ?\([^()]*\)/, ''), target: `≤ ${target}`, met: missed === undefined }];
  });
}

function tableRow(line: string): Figure[] {
  const [what = '', measured = '', target = '', met = ''] = line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
  if (what === 'figure' || /^-*$/.test(what)) return [];
  return [{ what, measured, ...(target === '' ? {} : { target, met: met === 'yes' }) }];
}
