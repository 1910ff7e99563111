import { visible } from '../contract/index.ts';
import { type PlanReport, planJson, planSummary } from '../library/plan-judge.ts';
import type { RouteChange } from '../preview/index.ts';
import { foldLine, type Screen, type Style, severityStyle } from './terminal.ts';

export const PLAN_FORMATS = ['table', 'json', 'markdown'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

const SIGNS = { add: '+', change: '~', remove: '-' } as const;
const STYLES: Readonly<Record<RouteChange['change'], Style>> = { add: 'green', change: 'yellow', remove: 'red' };

/** Returns whether anything would change. */
export const wouldChange = ({ routes, commands = [] }: PlanReport): boolean => routes.length + commands.length > 0;

/** Returns the report as text, without a line break at the end. */
export function renderPlan(format: PlanFormat, report: PlanReport, objects: boolean, screen: Screen): string {
  if (format === 'json') return JSON.stringify(planJson(report), null, 2);
  return format === 'markdown' ? markdown(report, objects) : text(report, objects, screen);
}

function describe({ from, to, ingress, reason }: RouteChange): string {
  const where = from === null || to === null ? (to ?? from) : from === to ? to : `${from} → ${to}`;
  return `${where}  (${ingress}${reason === '' ? '' : `: ${reason}`})`;
}

function summaryLine({ routes, commands, findings }: PlanReport): string {
  const { add, change, remove } = planSummary(routes);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const written = commands === undefined ? '' : `, ${commands.length} ${commands.length === 1 ? 'object' : 'objects'}`;
  const found = errors === 0 ? '' : `; ${errors} ${errors === 1 ? 'error' : 'errors'} in the manifests`;
  if (add + change + remove + (commands?.length ?? 0) === 0) return `Nothing would change${found}.`;
  return `Plan: ${add} to add, ${change} to change, ${remove} to remove${written}${found}.`;
}

function text(report: PlanReport, objects: boolean, screen: Screen): string {
  const hosts = Math.max(0, ...report.routes.map(({ host }) => host.length));
  const addresses = Math.max(0, ...report.routes.map(({ frontend }) => frontend.length));
  const routes = report.routes.map((route) => {
    const line = `${SIGNS[route.change]} ${route.host.padEnd(hosts)}  ${route.frontend.padEnd(addresses)}  ${describe(route)}`;
    return screen.paint(STYLES[route.change], line);
  });
  const waiting = report.waiting.map(
    ({ host, frontend, ingress, holder, reason }) =>
      `! ${host} on ${frontend}: ${ingress} waits behind ${holder}: ${reason}`,
  );
  const findings = report.findings.map(({ severity, code, namespace, name, file, line, message }) =>
    foldLine(
      `${screen.paint(severityStyle(severity), severity)} ${code} ${namespace}/${name} ${visible(file)}:${line}: ${message}`,
      screen,
      '  ',
    ),
  );
  const commands = objects ? (report.commands ?? []).map((command) => `  ${command}`) : [];
  return [
    ...routes,
    ...waiting,
    ...(commands.length === 0 ? [] : ['', 'Objects:', ...commands]),
    ...(findings.length === 0 ? [] : ['', ...findings]),
    ...(report.warnings.length === 0
      ? []
      : ['', ...report.warnings.map((warning) => screen.paint('yellow', `warning: ${warning}`))]),
    ...(routes.length + waiting.length + findings.length === 0 && commands.length === 0 ? [] : ['']),
    summaryLine(report),
  ].join('\n');
}

/** A cell of a table: no value of a manifest may end it, or begin markup. */
const cell = (value: string): string => value.replaceAll(/[\\`*_{}[\]<>|#]/g, '\\$&').replaceAll(/\s+/g, ' ');

function markdown(report: PlanReport, objects: boolean): string {
  const rows = report.routes.map(
    (route) =>
      `| ${SIGNS[route.change]} | ${cell(route.host)} | ${cell(route.frontend)} | ${cell(route.from ?? '')} | ${cell(route.to ?? '')} | ${cell(route.ingress)} | ${cell(route.reason)} |`,
  );
  const table = [
    '| | host | front end | from | to | Ingress | reason |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
  const waiting = report.waiting.map(
    ({ host, ingress, holder, reason }) =>
      `- ${cell(host)}: ${cell(ingress)} waits behind ${cell(holder)}: ${cell(reason)}`,
  );
  const findings = report.findings.map(
    ({ severity, code, file, line, message }) =>
      `- **${severity}** ${cell(code)} ${cell(`${visible(file)}:${line}`)}: ${cell(message)}`,
  );
  const commands = report.commands ?? [];
  const block = ['<details><summary>Objects</summary>', '', '```', ...commands, '```', '', '</details>'];
  return [
    `### nspass plan: ${summaryLine(report).replace(/^Plan: /, '')}`,
    ...(rows.length === 0 ? [] : ['', ...table]),
    ...(waiting.length === 0 ? [] : ['', ...waiting]),
    ...(findings.length === 0 ? [] : ['', ...findings]),
    ...report.warnings.flatMap((warning) => ['', `> ${cell(warning)}`]),
    ...(objects && commands.length > 0 ? ['', ...block] : []),
  ].join('\n');
}
