import type { Figure } from '../figure.ts';
import type { Findings, Row } from './results.ts';
import { bytes, count, megabytes, time, times } from './units.ts';

/** Returns what a part measured as figures for a terminal. */
export function printed({ rows = [], figures = [], changes = [] }: Findings): Figure[] {
  return [
    ...rows.flatMap(rowFigures),
    ...changes.map(({ what, few, many, milliseconds }) => ({
      what: `one change: ${what}`,
      measured: `${many} requests (${few} among 10), ${time(milliseconds)}`,
    })),
    ...figures,
  ];
}

function rowFigures({ scenario, size, ours, limit, each }: Row): Figure[] {
  const what = `${scenario} ${count(size)}`;
  const traffic = `${bytes(ours.sent)} sent, ${bytes(ours.received)} received`;
  return [
    {
      what,
      measured: `${time(ours.wallMs)}, processor ${time(ours.cpuMs)}, peak ${megabytes(ours.peakMb)}, ${count(ours.requests)} requests (${count(ours.writes)} writes), ${traffic}`,
    },
    ...(limit === undefined
      ? []
      : [
          {
            what: `${what}: the limit`,
            measured: `${time(limit.wallMs)}, ${count(limit.requests)} requests: ${times(ours.wallMs / limit.wallMs)} times`,
          },
        ]),
    ...(each === undefined
      ? []
      : [{ what: `${what}: one call for each`, measured: `${time(each.wallMs)}, ${count(each.requests)} requests` }]),
  ];
}
