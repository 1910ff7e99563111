import type { Fold, HostChange } from '../history/index.ts';
import { blockYaml } from './block-yaml.ts';
import { timeText } from './history-source.ts';
import { coverageJson, coverageLines, eventJson, eventText } from './history-text.ts';
import type { Screen, Style } from './terminal.ts';

const SIGNS: Readonly<Record<HostChange['change'], string>> = {
  add: '+',
  change: '~',
  remove: '-',
  wait: '!',
  'give up': '.',
};
const STYLES: Readonly<Record<HostChange['change'], Style>> = {
  add: 'green',
  change: 'yellow',
  remove: 'red',
  wait: 'yellow',
  'give up': 'dim',
};

function describe({ from, to, ingress, reason }: HostChange): string {
  const where = from === null || to === null ? (to ?? from) : from === to ? to : `${from} → ${to}`;
  const detail = `${ingress}${reason === '' ? '' : `: ${reason}`}`;
  return where === null ? detail : `${where}  (${detail})`;
}

/** Returns one line for each change, in order of time, without a line break at the end. */
export function historyTable(fold: Fold, changes: readonly HostChange[], host: string, screen: Screen): string {
  const several = fold.appliances.length > 1;
  const width = (of: (change: HostChange) => string): number =>
    changes.reduce((most, change) => Math.max(most, of(change).length), 0);
  const hosts = width((change) => change.host);
  const frontends = width((change) => change.frontend);
  const lines = changes.map((change) => {
    const where = `${change.host.padEnd(hosts)}  ${change.frontend.padEnd(frontends)}`;
    const on = several ? `${change.appliance}  ` : '';
    const what = `${SIGNS[change.change]} ${on}${where}  ${describe(change)}`;
    return `${timeText(change.by.published)}  ${screen.paint(STYLES[change.change], what)}  ${eventText(change.by)}`;
  });
  const count = `${changes.length} ${changes.length === 1 ? 'change' : 'changes'} of ${host}, from ${fold.counts.events} events`;
  return [...lines, ...(lines.length === 0 ? [] : ['']), count, ...coverageLines(fold, screen)].join('\n');
}

const json = (fold: Fold, changes: readonly HostChange[]) => ({
  events: fold.counts.events,
  unreadable: fold.counts.unreadable,
  clusters: coverageJson(fold),
  changes: changes.map(({ by, ...change }) => ({ time: timeText(by.published), ...change, event: eventJson(by) })),
});

export const historyJson = (fold: Fold, changes: readonly HostChange[]): string =>
  JSON.stringify(json(fold, changes), null, 2);

export const historyYaml = (fold: Fold, changes: readonly HostChange[]): string =>
  blockYaml(json(fold, changes)).trimEnd();
