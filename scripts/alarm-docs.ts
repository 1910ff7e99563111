import { alarms } from '../infra/alarms.ts';
import { queries } from '../infra/queries.ts';
import { deployment, parseSettings } from '../infra/settings.ts';
import { parseAppliances } from '../lib/config/yaml.ts';
import { METRICS_NAMESPACE } from '../lib/telemetry/index.ts';

const EXAMPLE = `appliances:
  - name: edge
    clusters: [prod]
    endpoints: ['https://10.0.0.5']
    credentials: { secret: nspass/edge }
    checkCertificates: true
`;

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Statistic: string;
  readonly Period: number;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly TreatMissingData: string;
}

const duration = (seconds: number): string => (seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`);

function condition(alarm: AlarmProperties): string {
  const { Statistic, Period, DatapointsToAlarm, EvaluationPeriods, Threshold } = alarm;
  const compare = alarm.ComparisonOperator === 'GreaterThanThreshold' ? '>' : '<';
  const periods = EvaluationPeriods === 1 ? '' : `, ${DatapointsToAlarm} of ${EvaluationPeriods} times`;
  const missing = alarm.TreatMissingData === 'breaching' ? ', or no data' : '';
  return `${Statistic.toLowerCase()} over ${duration(Period)} ${compare} ${Threshold}${periods}${missing}`;
}

/** The page of the alarms and saved queries, as they are deployed for an appliance `edge` and a cluster `prod`. */
export function renderMonitoring(): string {
  const plan = deployment(
    'nspass-dev',
    parseSettings({ appliances: 'appliances.yml' }),
    parseAppliances(EXAMPLE, 'appliances.yml'),
  );
  const rows = Object.values(alarms(plan)).map(({ Properties }) => {
    const alarm = Properties as unknown as AlarmProperties;
    const [says = '', runbook = ''] = alarm.AlarmDescription.split(' Runbook: docs/runbooks/');
    const name = alarm.AlarmName.replace('nspass-dev-', '').replace('Edge', '<Edge>').replace('Prod', '<Prod>');
    const reason = alarm.Dimensions.find(({ Name }) => Name === 'reason')?.Value;
    const own = reason === undefined ? alarm.MetricName : `${alarm.MetricName} reason=${reason}`;
    const metric = alarm.Namespace === METRICS_NAMESPACE ? own : `${alarm.Namespace} ${alarm.MetricName}`;
    return `| \`${name}\` | ${says} | \`${metric}\`: ${condition(alarm)} | [${runbook.replace('.md', '')}](../runbooks/${runbook}) |`;
  });
  const saved = Object.values(queries(plan)).map(({ Properties }) => {
    const { Name, QueryString } = Properties as unknown as { Name: string; QueryString: string };
    return `### ${Name.split('/')[1]}\n\n\`\`\`\n${QueryString}\n\`\`\`\n`;
  });
  return `# Monitoring

The dashboard is named like the deployment. It answers, a row each: is traffic programmed as the clusters want, how fast,
if not, where does it hang, and what do the appliances say. The metrics are in [metrics](../metrics.md); in CloudWatch
they are in the namespace \`nspass\`, with the deployment as the dimension \`service\`. They are written as log lines
(embedded metric format), so they cost no calls.

Each event begins an X-Ray trace, which bus, queue, function and outcome continue: its id ends in the last 24 digits of
the event's id. Lambda samples. The same trace in OpenTelemetry, with each request to the appliance: [traces](../traces.md).

This page is generated from \`infra/alarms/\` and \`infra/queries.ts\` (\`npm run generate\`).

## Alarms

\`<Edge>\` stands for each appliance, \`<Prod>\` for each cluster. They tell whom \`alarmActions\` names, when they ring and
when they are quiet again.

| alarm | says | condition | runbook |
| --- | --- | --- | --- |
${rows.join('\n')}

## Saved queries

In Logs Insights, over the logs of all functions.

${saved.join('\n')}`;
}
