import type { Explanation } from '../survivors.ts';

export const NETSCALER: readonly Explanation[] = [
  {
    file: 'lib/netscaler/mark.ts',
    why: 'A text without a slash has no name behind it, and what has no namespace has no name: the check is for the compiler.',
    mutants: [
      ["const [, namespace, name] = /^([^/]*)\\/(.*)$/s.exec(values.get('n=') ?? «''») ?? [];", '"Stryker was here!"'],
      ["const [, namespace, name] = /^([^/]*)\\/(.*)$/s.exec(values.get('n=') ?? '') ?? «[]»;", '["Stryker was here"]'],
      ['...(cluster === undefined || «namespace === undefined» || name === undefined', 'false'],
    ],
  },
  {
    file: 'lib/netscaler/members.ts',
    why: 'Splitting a line gives at least one part: the default is for the compiler.',
    mutants: [["const [ip = «''», port = '0', weight] = line.split(' ');", '"Stryker was here!"']],
  },
  {
    file: 'lib/netscaler/members.ts',
    why: 'The number of the empty text is 0, too.',
    mutants: [["const [ip = '', port = «'0'», weight] = line.split(' ');", '""']],
  },
  {
    file: 'lib/netscaler/mark.ts',
    why: 'Without a text there is no kind either, and what has no kind is no front end: the check is for the compiler.',
    mutants: [
      ["const [vip, port, kind] = text?.split('_') ?? «[]»;", '["Stryker was here"]'],
      [
        "return «vip !== undefined» && (kind === 'tls' || kind === 'http') ? { vip, port: Number(port), kind } : undefined;",
        'true',
      ],
    ],
  },
];
