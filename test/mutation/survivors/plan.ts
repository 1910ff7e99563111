import type { Explanation } from '../survivors.ts';

export const PLAN: readonly Explanation[] = [
  {
    file: 'lib/plan/diff.ts',
    why: 'No attribute has this name: a list that has it names nothing more.',
    mutants: [
      ['...(desired.unset ?? «[]»).filter(', '["Stryker was here"]'],
      ['const mutable = facts.mutable ?? «[]»;', '["Stryker was here"]'],
      ['const immutable = IMMUTABLE[desired.type] ?? «[]»;', '["Stryker was here"]'],
    ],
  },
  {
    file: 'lib/plan/diff.ts',
    why: 'No server has this name: nothing hangs on it.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: code as a text
    mutants: [['(IMPLIED[type] ?? «[]»).map(({ parent, by }) => `${parent} ${id[by]}`);', '["Stryker was here"]']],
  },
  {
    file: 'lib/plan/diff.ts',
    why: 'Nothing hangs on none: the check spares a look at all that is wanted.',
    mutants: [['if («replaced.size === 0») return [];', 'false']],
  },
  {
    file: 'lib/plan/ready-marker.ts',
    why: 'Splitting a text gives at least one part: the default is for the compiler.',
    mutants: [["const [kind = «''», ...parts] = value.split(' ');", '"Stryker was here!"']],
  },
  {
    file: 'lib/plan/settings.ts',
    why: 'What is wanted is among what is decided: the check is for the compiler.',
    mutants: [
      [
        'return «decided === undefined» || decided.value === setting.value ? [] : [{ frontend, wanted: setting, decided }];',
        'false',
      ],
    ],
  },
  {
    file: 'lib/plan/owners.ts',
    why: 'Where nothing is asked for, the list of what is asked for is empty: the check spares a look at the routes.',
    mutants: [['if («requested.length === 0») continue;', 'false']],
  },
  {
    file: 'lib/plan/uses.ts',
    why: 'A redirect names no back end, and so is no route to one: the check is for the compiler.',
    mutants: [["«'backend' in route» && route.backend === backendRef(backend) ? [route] : [],", 'true']],
  },
];
