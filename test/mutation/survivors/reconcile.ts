import type { Explanation } from '../survivors.ts';

export const RECONCILE: readonly Explanation[] = [
  {
    file: 'lib/reconcile/decide/foreign-address.ts',
    why: 'Without foreign vservers none is on a wanted address: the check spares a look at the routes.',
    mutants: [['if (wanted === undefined || «foreign.size === 0») return task;', 'false']],
  },
  {
    file: 'lib/reconcile/decide/batch.ts',
    why: 'Only a snapshot has the field: the check is for the compiler.',
    mutants: [["const takesOver = «'takesOver' in event.data» && event.data.takesOver === true;", 'true']],
  },
  {
    file: 'lib/reconcile/decide/batch.ts',
    why: 'A function that ends without a value returns undefined, too.',
    mutants: [['«default: return undefined;»', 'default:']],
  },
  {
    file: 'lib/reconcile/decide/cluster-batch.ts',
    why: 'No owner has this key: no row matches it.',
    mutants: [
      [
        "const keys = statements.flatMap((each) => (each.kind === 'single' ? [ownerKey(each.owner)] : «[]»));",
        '["Stryker was here"]',
      ],
    ],
  },
  {
    file: 'lib/reconcile/decide/prune-guard.ts',
    why: 'Only snapshots are refused: the check is for the compiler.',
    mutants: [
      [
        "const statements = received.filter((statement) => «statement.kind === 'single'» || !refusals.has(statement));",
        'false',
      ],
      [
        "const statements = received.filter((statement) => statement.kind === «'single'» || !refusals.has(statement));",
        '""',
      ],
    ],
  },
  {
    file: 'lib/reconcile/decide/prune-guard.ts',
    why: 'Nothing is counted of a key without a task: its cause is not used.',
    mutants: [["if (task === undefined) return { decision, keeps: undefined, cause: «'missing'» };", '""']],
  },
  {
    file: 'lib/reconcile/decide/prune-guard.ts',
    why: 'An Ingress without a valid route has an error that says why: the check is for the compiler.',
    mutants: [["if (causeOf(task) !== 'rejected' || «error === undefined») continue;", 'false']],
  },
  {
    file: 'lib/reconcile/decide/prune-guard.ts',
    why: 'Without a state there are no routes, and a redirect has no back end: the checks are for the compiler.',
    mutants: [
      [
        'if («state === undefined» || wanted === undefined || row === undefined || hasEmptyBackend(row.hashes)) {',
        'false',
      ],
      [
        "const reset = wanted.routes.filter((route) => «route.kind === 'passthrough'» && empty.has(route.backend));",
        'true',
      ],
      [
        "const closed = reset.filter((route) => «route.kind === 'passthrough'» && served.has(route.backend)).length;",
        'true',
      ],
    ],
  },
  {
    file: 'lib/reconcile/decide/task.ts',
    why: 'A field that is undefined is the same as one that is absent.',
    mutants: [['...(«skipped === undefined» ? {} : { skipped }),', 'false']],
  },
  {
    file: 'lib/reconcile/read/frontend-slots.ts',
    why: 'A group has at least one member: the check is for the compiler.',
    mutants: [['return «first !== undefined» && same.some(({ kind }) => kind !== first.kind) ? [first] : [];', 'true']],
  },
  {
    file: 'lib/reconcile/read/likely-removals.ts',
    why: 'Owners do not decide the names of objects, and the rest is used only where there is a marker.',
    mutants: [
      ['owners: «[]»,', '["Stryker was here"]'],
      ['securePorts: marker?.securePorts ?? «[]»,', '["Stryker was here"]'],
      ['manyLabels: marker?.manyLabels ?? «false»,', 'true'],
    ],
  },
  {
    file: 'lib/reconcile/read/marks.ts',
    why: 'There is one answer for each query: the default is for the compiler.',
    mutants: [['(answers[index] ?? «[]»)', '["Stryker was here"]']],
  },
  {
    file: 'lib/reconcile/read/needs.ts',
    why: 'No port has this name: a set that contains it excludes nothing more.',
    mutants: [['new Set(claims.flatMap((claim) => securePortOf(claim) ?? «[]»));', '["Stryker was here"]']],
  },
  {
    file: 'lib/reconcile/read/needs.ts',
    why: 'Without a verified owner no claim is of one, and without ports none is a candidate: the checks spare decoding.',
    mutants: [
      [
        'return «index.verifiedKeys.size > 0» && decodeClaims(rows, key).some((claim) => index.verifiedKeys.has(claim.ownerKey));',
        'true',
      ],
      [
        'return «index.verifiedKeys.size > 0» && decodeClaims(rows, key).some((claim) => index.verifiedKeys.has(claim.ownerKey));',
        'index.verifiedKeys.size >= 0',
      ],
      ['if («provisioned.size === 0») return provisioned;', 'false'],
    ],
  },
  {
    file: 'lib/reconcile/read/policy-needs.ts',
    why: 'A text has no form of host: it stands for no policy.',
    mutants: [['(wanted === undefined ? «[]» : usesOf(wanted));', '["Stryker was here"]']],
  },
  {
    file: 'lib/reconcile/read/row-queries.ts',
    why: 'Each map has its list of claims: the default is for the compiler.',
    mutants: [
      ['const own = given[position] ?? «[]»;', '["Stryker was here"]'],
      [
        'const maps = first.filter((_, position) => «given[position]?.length»).map(({ map }) => map);',
        'given[position].length',
      ],
    ],
  },
  {
    file: 'lib/reconcile/read/row-queries.ts',
    why: 'At the limit itself both ways read the same rows: the limit leaves room in the URL.',
    mutants: [
      [
        'return maps.length > 1 && key !== undefined && «key.length + anyOf(maps).length <= LONGEST_PATTERN»;',
        'key.length + anyOf(maps).length < LONGEST_PATTERN',
      ],
      ['return «text.length > LONGEST_PATTERN» ? undefined : text;', 'text.length >= LONGEST_PATTERN'],
    ],
  },
  {
    file: 'lib/reconcile/read/row-queries.ts',
    why: 'No host has this name or digest: no row matches it.',
    mutants: [
      [
        'return { first: rows, read, hosts: new Set([...(rows.hosts ?? «[]»), ...own.map((claim) => claim.hostDigest)]) };',
        '["Stryker was here"]',
      ],
      ['const hosts = new Set(claims.flatMap(({ host }) => host ?? «[]»));', '["Stryker was here"]'],
    ],
  },
  {
    file: 'lib/reconcile/read/scope.ts',
    why: 'Without back ends that have settings none is lost: the check spares a look at the routes.',
    mutants: [['if («withSettings.length === 0») return false;', 'false']],
  },
  {
    file: 'lib/reconcile/read/task-index.ts',
    why: 'At the limit itself both ways read the same rows: the limit leaves room in the URL.',
    mutants: [
      [
        'const fitting = (text: string): string | undefined => («text.length > LONGEST_PATTERN» ? undefined : text);',
        'text.length >= LONGEST_PATTERN',
      ],
    ],
  },
];
