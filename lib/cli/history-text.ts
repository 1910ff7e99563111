import type { EventRef, Fold } from '../history/index.ts';
import { timeText } from './history-source.ts';
import type { Screen } from './terminal.ts';

/** Returns an event in one phrase, for a line about what it explains. */
export function eventText({ detailType, id, sequence, flags, replay }: EventRef): string {
  const said = flags.length === 0 ? '' : ` (${flags.map((flag) => FLAG_TEXTS[flag]).join(', ')})`;
  return `${detailType}${said} ${id} @${sequence}${replay === undefined ? '' : `, replay ${replay}`}`;
}

const FLAG_TEXTS: Readonly<Record<EventRef['flags'][number], string>> = {
  flagged: 'flagged',
  confirmed: 'confirmed',
  takesOver: 'takes over',
};

/** Returns an event as programs read it. */
export function eventJson({ detailType, id, published, sequence, cluster, flags, replay }: EventRef) {
  return {
    type: detailType,
    id,
    time: timeText(published),
    sequence,
    cluster,
    flags: [...flags],
    replay: replay ?? null,
  };
}

/** Returns what the archive tells and does not tell, as programs read it. */
export function coverageJson(fold: Fold) {
  return fold.completeness().map(([cluster, told]) => ({
    cluster,
    complete: told.complete,
    ...(told.complete ? { since: eventJson(told.since) } : { reason: told.reason }),
  }));
}

/** Returns sentences about what the archive tells and does not tell. */
export function coverageLines(fold: Fold, screen: Screen): string[] {
  const { unreadable, firstProblem } = fold.counts;
  return [
    ...fold
      .completeness()
      .map(([cluster, told]) =>
        told.complete
          ? `${cluster}: complete, since ${timeText(told.since.published)}`
          : screen.paint('yellow', `${cluster}: incomplete: ${told.reason}`),
      ),
    ...fold
      .refusals()
      .map(({ appliance, by, refused = '' }) =>
        screen.paint('yellow', `${by.cluster}: ${appliance} refuses ${eventText(by)}: ${refused}`),
      ),
    ...(unreadable === 0
      ? []
      : [screen.paint('yellow', `${unreadable} archived events cannot be read, the first because: ${firstProblem}`)]),
  ];
}
