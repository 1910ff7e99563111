import type { Explanation } from '../survivors.ts';

const NAMESPACE_LAST = 'A value that has a namespace has every field before it: the check is for the compiler.';

export const LEDGER: readonly Explanation[] = [
  {
    file: 'lib/ledger/ingress-record.ts',
    why: NAMESPACE_LAST,
    mutants: [
      ['if (version !== VERSION || «flags === undefined» || namespace === undefined) return undefined;', 'false'],
      ["hashes: { frontend: frontend ?? «''», routes: routes ?? '', members: members ?? '' },", '"Stryker was here!"'],
      ["hashes: { frontend: frontend ?? '', routes: routes ?? «''», members: members ?? '' },", '"Stryker was here!"'],
      ["hashes: { frontend: frontend ?? '', routes: routes ?? '', members: members ?? «''» },", '"Stryker was here!"'],
    ],
  },
  {
    file: 'lib/ledger/claims.ts',
    why: NAMESPACE_LAST,
    mutants: [
      ['if (version !== VERSION || «first === undefined» || namespace === undefined) return undefined;', 'false'],
      ["owner: { cluster: cluster ?? «''», namespace, name: row.comment },", '"Stryker was here!"'],
      ["const target = targetIn(kind, first, second ?? «''»);", '"Stryker was here!"'],
      ["settings: settings ?? «''»,", '"Stryker was here!"'],
    ],
  },
  {
    file: 'lib/ledger/retired.ts',
    why: NAMESPACE_LAST,
    mutants: [
      ['if (version !== VERSION || «backend === undefined» || namespace === undefined) return undefined;', 'false'],
      ["owner: { cluster: cluster ?? «''», namespace, name: row.comment },", '"Stryker was here!"'],
    ],
  },
  {
    file: 'lib/ledger/settings.ts',
    why: 'A value that has a namespace has a cluster before it: the check is for the compiler.',
    mutants: [
      ['if (version !== VERSION || «cluster === undefined» || namespace === undefined) return undefined;', 'false'],
    ],
  },
  {
    file: 'lib/ledger/identity.ts',
    why: 'A match has the UID in its second part; a list of one part has none.',
    mutants: [['const [, uid, acceptedAt] = /^([^;]+)(?:;(\\d+))?/.exec(row.value) ?? «[]»;', '["Stryker was here"]']],
  },
  {
    file: 'lib/ledger/claims.ts',
    why: 'Claims of one age, name and cluster are of one owner, and of an owner a host has one claim: it is its row.',
    mutants: [
      [
        '(best, claim) => (best === undefined || «claimOrder(claim, best) < 0» ? claim : best),',
        'claimOrder(claim, best) <= 0',
      ],
    ],
  },
  {
    file: 'lib/ledger/decide.ts',
    why: 'A sequence is taken once: two statements of one sequence about a key are one event that came twice.',
    mutants: [
      [
        '(best, next) => (best === undefined || «next.sequence > best.sequence» ? next : best),',
        'next.sequence >= best.sequence',
      ],
    ],
  },
  {
    file: 'lib/ledger/watermarks.ts',
    why: 'Of ranges that begin alike the longest counts, in any order: a shorter one behind it ends before what is next.',
    mutants: [
      ['for (const candidate of [...ranges].sort((a, b) => («a.from < b.from» ? -1 : 1))) {', 'a.from <= b.from'],
    ],
  },
  {
    file: 'lib/ledger/watermarks.ts',
    why: 'What is no range covers nothing: comparing with a bound that it does not have is false.',
    mutants: [['const kept: Watermark[] = «[]»;', '["Stryker was here"]']],
  },
];
