import { ruleArn } from '../arn.ts';
import { targetProblem } from '../event-bus.ts';
import type { Rule } from '../rules.ts';
import { invalid } from '../service-error.ts';
import { type Actions, busName, type EventsServiceOptions } from './context.ts';

type RuleAction =
  | 'PutRule'
  | 'DescribeRule'
  | 'ListRules'
  | 'DeleteRule'
  | 'EnableRule'
  | 'DisableRule'
  | 'PutTargets'
  | 'RemoveTargets'
  | 'ListTargetsByRule';

export function ruleActions(options: EventsServiceOptions): Actions<RuleAction> {
  const {
    scope,
    buses: { rules },
  } = options;
  const busOf = (nameOrArn: string | undefined): string => busName(options, nameOrArn);
  return {
    PutRule({ Name, EventPattern, State, Description, EventBusName }) {
      const bus = busOf(EventBusName);
      const arn = ruleArn(scope, bus, Name);
      rules.put({
        name: Name,
        arn,
        bus,
        pattern: EventPattern,
        enabled: State !== 'DISABLED',
        ...(Description === undefined ? {} : { description: Description }),
      });
      return { RuleArn: arn };
    },
    DescribeRule: ({ Name, EventBusName }) => ruleView(rules.get(busOf(EventBusName), Name)),
    ListRules: ({ NamePrefix, EventBusName }) => ({
      Rules: rules.list(busOf(EventBusName), NamePrefix).map(ruleView),
    }),
    DeleteRule({ Name, EventBusName }) {
      rules.delete(busOf(EventBusName), Name);
      return {};
    },
    EnableRule({ Name, EventBusName }) {
      rules.setEnabled(busOf(EventBusName), Name, true);
      return {};
    },
    DisableRule({ Name, EventBusName }) {
      rules.setEnabled(busOf(EventBusName), Name, false);
      return {};
    },
    PutTargets({ Rule: name, EventBusName, Targets }) {
      const targets = Targets as Parameters<typeof targetProblem>[0][];
      const problem = targets.map(targetProblem).find((reason) => reason !== undefined);
      if (problem !== undefined) throw invalid(problem);
      rules.putTargets(busOf(EventBusName), name, targets);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets({ Rule: name, EventBusName, Ids }) {
      rules.removeTargets(busOf(EventBusName), name, Ids);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule: ({ Rule: name, EventBusName }) => ({ Targets: rules.get(busOf(EventBusName), name).targets }),
  };
}

function ruleView(rule: Rule): object {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventBusName: rule.bus,
    EventPattern: rule.pattern,
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    Description: rule.description,
  };
}
