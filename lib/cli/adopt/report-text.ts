import type { AdoptionVerdict, FrontendVerdict, HandedOver, HostVerdict } from '../../adopt/index.ts';
import { hostPort, visible } from '../../contract/index.ts';
import { foldLine, type Screen, type Style } from '../terminal.ts';

export const ADOPT_FORMATS = ['table', 'json'] as const;
export type AdoptFormat = (typeof ADOPT_FORMATS)[number];

const STYLES: Readonly<Record<HostVerdict['state'], Style | undefined>> = {
  ready: undefined,
  'taken-over': 'green',
  new: 'dim',
  blocked: 'red',
  'no-counterpart': 'yellow',
};

const placeOf = ({ frontend: { vip, port } }: Pick<HostVerdict, 'frontend'>): string => hostPort(vip, port);

/** Returns what can be taken over, and what cannot, as text without a line break at the end. */
export function renderVerdict(format: AdoptFormat, verdict: AdoptionVerdict, screen: Screen): string {
  return format === 'json' ? JSON.stringify(verdictJson(verdict), null, 2) : text(verdict, screen);
}

/** Returns the report as programs read it. */
function verdictJson({ hosts, frontends }: AdoptionVerdict): object {
  return {
    summary: countsOf(hosts),
    frontends: frontends.map((one) => ({
      frontend: placeOf(one),
      server: one.server,
      step: one.step,
      blocked: one.blocked ?? null,
      hindrances: one.hindrances,
    })),
    hosts: hosts.map((one) => ({
      host: one.host,
      frontend: placeOf(one),
      state: one.state,
      ingress: one.ingress ?? null,
      reason: one.reason ?? null,
      notes: one.notes,
    })),
  };
}

function countsOf(hosts: readonly HostVerdict[]): Record<HostVerdict['state'], number> {
  const counts = { ready: 0, 'taken-over': 0, new: 0, blocked: 0, 'no-counterpart': 0 };
  for (const { state } of hosts) counts[state] += 1;
  return counts;
}

function text({ hosts, frontends }: AdoptionVerdict, screen: Screen): string {
  if (frontends.length === 0) return 'The appliance has no front end of the incumbent’s: nothing can be taken over.';
  const rows = hosts.map((verdict) => ({
    verdict,
    cells: [verdict.host, placeOf(verdict), verdict.state.toUpperCase(), verdict.ingress ?? '-'].map(visible),
  }));
  const head = ['HOST', 'FRONT END', 'STATE', 'INGRESS'];
  const widths = head.map((word, column) =>
    rows.reduce((most, { cells }) => Math.max(most, cells[column]?.length ?? 0), word.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const remarks = ({ reason, notes }: HostVerdict): string[] =>
    [...(reason === undefined ? [] : [reason]), ...notes].map((remark) =>
      foldLine(`    ${visible(remark)}`, screen, '    '),
    );
  return [
    line(head),
    ...rows.flatMap(({ verdict, cells }) => {
      const style = STYLES[verdict.state];
      const whole = line(cells);
      return [style === undefined ? whole : screen.paint(style, whole), ...remarks(verdict)];
    }),
    '',
    ...frontends.map((frontend) => foldLine(frontendText(frontend), screen, '  ')),
    '',
    summaryText(hosts),
  ].join('\n');
}

function frontendText({ server, step, blocked, hindrances, ...at }: FrontendVerdict): string {
  const begin = `${placeOf(at)} (${visible(server)})`;
  if (blocked !== undefined) return `${begin} is blocked: ${visible(blocked)}.`;
  if (step === 'handing-over') return `${begin} is ours: run --finish --yes again to remove what is left.`;
  if (step === 'theirs') return `${begin} is the incumbent’s.`;
  if (hindrances.length === 0) return `${begin} is shared, and can be handed over: --finish --yes.`;
  return `${begin} is shared: ${hindrances.map(visible).join('; ')}.`;
}

function summaryText(hosts: readonly HostVerdict[]): string {
  const counts = countsOf(hosts);
  return `${counts.ready} ready, ${counts['taken-over']} taken over, ${counts.new} new, ${counts.blocked} blocked, ${counts['no-counterpart']} without a counterpart.`;
}

/** Returns what became of a front end in the last step. */
export function handedOverText({ frontend: { vip, port }, removed, left }: HandedOver): string[] {
  return [
    `${hostPort(vip, port)} is handed over: ${removed} objects of the incumbent’s are removed.`,
    ...left.map(({ leftover, reason }) => `  ${leftover.type} ${visible(leftover.name)} stays: ${visible(reason)}`),
    ...(left.length === 0 ? [] : ['Run --finish --yes again later to remove what stays.']),
  ];
}
