import type { Resources } from './cloudformation.ts';
import { ref } from './cloudformation.ts';
import { FUNCTIONS } from './names.ts';
import type { Deployment } from './settings.ts';

/** Saved queries of CloudWatch Logs Insights, for the person on call. */
const QUERIES = [
  {
    id: 'QueryIngress',
    name: 'History of one Ingress',
    text: `fields @timestamp, level, message, appliance, ingress, subject, findings.0, reason
| filter ingress = "NAMESPACE/NAME" or subject = "NAMESPACE/NAME"
| sort @timestamp desc
| limit 200`,
  },
  {
    id: 'QueryReturned',
    name: 'Why batches are returned',
    text: `fields @timestamp, appliance, error.name, error.message, received, seconds
| filter message = "batch returned to the queue"
| stats count() as batches, max(received) as most, latest(error.message) as last by appliance, error.name
| sort batches desc`,
  },
  {
    id: 'QueryDeadLetters',
    name: 'Dead letters and their reasons',
    text: `fields @timestamp, appliance, subject, reason, messageId
| filter message like /dead letter/
| sort @timestamp desc
| limit 200`,
  },
  {
    id: 'QueryDrift',
    name: 'Drift, and findings that need attention',
    text: `fields @timestamp, appliance, message, code, object, is, should
| filter message in ["drift found", "finding needs attention"]
| sort @timestamp desc
| limit 500`,
  },
  {
    id: 'QueryTraffic',
    name: 'Back ends with the most traffic',
    text: `filter message = "traffic of a back end"
| stats max(open) as most_open, max(connections) - min(connections) as new, max(received) - min(received) as bytes_in, max(sent) - min(sent) as bytes_out, latest(membersUp) as up, latest(membersDown) as down by appliance, ingress, object
| sort bytes_out desc
| limit 50`,
  },
  {
    id: 'QueryOutcomes',
    name: 'Outcomes by appliance',
    text: `filter message in ["Ingress Programmed", "Ingress Removed", "Ingress Rejected", "Ingress Failed", "Prune Refused"]
| stats count() as outcomes by appliance, message, bin(5m)`,
  },
  {
    id: 'QueryRefused',
    name: 'Rejections, refusals and failures with their reasons',
    text: `fields @timestamp, message, appliance, cluster, ingress, range, findings.0, hosts.0, routes, removes, reason
| filter message in ["Ingress Rejected", "Ingress Failed", "Prune Refused"]
| sort @timestamp desc
| limit 500`,
  },
  {
    id: 'QueryColdStarts',
    name: 'Cold starts',
    text: `filter @type = "REPORT" and ispresent(@initDuration)
| stats count() as starts, avg(@initDuration) as mean, max(@initDuration) as longest, max(@maxMemoryUsed) / 1e6 as megabytes by @log`,
  },
] as const;

export function queries({ prefix }: Deployment): Resources {
  const LogGroupNames = Object.values(FUNCTIONS).map(({ logs }) => ref(logs));
  return Object.fromEntries(
    QUERIES.map(({ id, name, text }) => [
      id,
      {
        Type: 'AWS::Logs::QueryDefinition',
        Properties: { Name: `${prefix}/${name}`, QueryString: text, LogGroupNames },
      },
    ]),
  );
}
