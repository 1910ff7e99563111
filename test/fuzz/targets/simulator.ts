import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_BEHAVIOUR } from '../../../lib/simulator/behaviour.ts';
import type { Context } from '../../../lib/simulator/command/context.ts';
import { Configuration } from '../../../lib/simulator/config/configuration.ts';
import { loadConfig } from '../../../lib/simulator/config/read.ts';
import { splitLine } from '../../../lib/simulator/config/tokens.ts';
import { quote, runningConfig } from '../../../lib/simulator/config/write.ts';
import { ApplianceError } from '../../../lib/simulator/errors.ts';
import { compileExpression } from '../../../lib/simulator/expression/compile.ts';
import { ExpressionError } from '../../../lib/simulator/expression/lexer.ts';
import { type ExpressionNode, parseExpression } from '../../../lib/simulator/expression/parser.ts';
import type { Subject } from '../../../lib/simulator/expression/values.ts';
import { parseArgs, parseFilter, parseTarget } from '../../../lib/simulator/http/url.ts';
import { parseSaved } from '../../../lib/simulator/saved.ts';
import { Files } from '../../../lib/simulator/store/files.ts';
import { about, type FuzzTarget, hold, kindOfMessage, same } from '../target.ts';

const SUBJECT: Subject = {
  hello: {
    serverName: 'a.example',
    length: 200,
    version: 0x0303,
    ciphers: [0x1301],
    protocols: ['h2'],
    sessionId: false,
    sessionTicket: false,
  },
  request: {
    method: 'GET',
    target: '/a/b.jpg?c=d',
    version: 'HTTP/1.1',
    headers: new Map([['host', 'a.example:80']]),
    length: 60,
  },
  client: { address: '192.0.2.1', port: 50_000 },
  server: { address: '2001:db8::1', port: 443 },
  vserver: 'cs',
  sets: {
    mapValue: (map, key) => (map === 'm' && key === 'a.example' ? 'b' : undefined),
    patterns: (set) => (set === 'p' ? ['a', 'b'] : undefined),
    hasPattern: (set, pattern) => set === 'p' && pattern === 'a',
  },
};

const text = (value: string): string =>
  `"${value.replaceAll(/[^ !#-[\]-~]/gu, (char) =>
    char.charCodeAt(0) < 256 ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}` : char,
  )}"`;

/** Prints a parsed expression with all parentheses; undefined where its text has no single form. */
function print(node: ExpressionNode): string | undefined {
  const all = (nodes: readonly ExpressionNode[]): string[] | undefined => {
    const printed = nodes.map(print);
    return printed.some((each) => each === undefined) ? undefined : (printed as string[]);
  };
  switch (node.node) {
    case 'text':
      return text(node.value);
    case 'number':
      return Number.isSafeInteger(node.value) ? String(node.value) : undefined;
    case 'ip':
    case 'subnet':
      return node.value;
    case 'word':
      return /^(gmt|local)$/i.test(node.value) ? undefined : node.value;
    case 'regex':
      return undefined;
    case 'not':
    case 'minus': {
      const of = print(node.of);
      return of === undefined ? undefined : `(${node.node === 'not' ? '!' : '-'}${of})`;
    }
    case 'binary': {
      const sides = all([node.left, node.right]);
      return sides === undefined ? undefined : `(${sides[0]} ${node.operator} ${sides[1]})`;
    }
    case 'member': {
      const parts = all([node.of, ...node.args]);
      return parts === undefined ? undefined : `(${parts[0]}).${node.name}(${parts.slice(1).join(', ')})`;
    }
  }
}

const NAMED: Readonly<Record<string, string>> = {
  one: 'two',
  two: 'TRUE',
  self: 'self',
  word: 'CLIENT.SSL.CLIENT_HELLO.SNI',
};

const expression: FuzzTarget = {
  name: 'expression',
  parser: 'lib/simulator/expression/compile.ts#compileExpression',
  maxBytes: 1_600,
  tokens: [
    ...['CLIENT.SSL.CLIENT_HELLO.SNI', 'HTTP.REQ.HOSTNAME', 'HTTP.REQ.URL', 'HTTP.REQ.HEADER("host")', 'TRUE', '&&'],
    ...[
      '.TO_LOWER',
      '.EQ("a")',
      '.IS_STRINGMAP_KEY("m")',
      '.MAP_STRING("m")',
      '.AFTER_STR(".")',
      '.NOT',
      '||',
      're/a/',
    ],
    ...['.SET_TEXT_MODE(IGNORECASE)', '.REGEX_MATCH(re/^a/)', 'CLIENT.IP.SRC', '.IN_SUBNET(10.0.0.0/8)', '2001:db8::1'],
    ...[
      'one',
      'self',
      'word',
      '(',
      ')',
      '"',
      '\\x41',
      '.LENGTH',
      '==',
      '!=',
      '<=',
      '+',
      '-',
      '*',
      '/',
      '%',
      '!',
      '0x1F',
    ],
    ...[
      'GMT 2026 Mar 1',
      '.TYPECAST_NUM_AT',
      '.BETWEEN(1, 2)',
      '.EQUALS_ANY("p")',
      '.PREFIX("a", 3)',
      '.HASH',
      '.SUBNET(8)',
    ],
  ],
  run(input) {
    const source = input.toString('utf8');
    let compiled: ReturnType<typeof compileExpression>;
    try {
      compiled = compileExpression(source, (name) => (Object.hasOwn(NAMED, name) ? NAMED[name] : undefined));
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return kindOfMessage(`${error.code} ${error.message}`);
    }
    compiled.run(SUBJECT);
    compiled.run({ sets: SUBJECT.sets });
    const node = parseExpression(source);
    const printed = print(node);
    if (printed !== undefined && printed.length < 1_499 && printed.split('(').length < 60) {
      hold(isDeepStrictEqual(parseExpression(printed), node), `printed, it is another expression: ${printed}`);
    }
    return `${compiled.type} ${node.node} ${node.node === 'member' ? node.name : ''} ${compiled.unevaluated.length}`;
  },
};

const commandLine: FuzzTarget = {
  name: 'command-line',
  parser: 'lib/simulator/config/tokens.ts#splitLine',
  tokens: ['"', '\\"', 'q{', 'q/', '}', '\\n', '-option', ' ', 'add'],
  run(input) {
    const words = splitLine(input.toString('utf8'));
    const again = splitLine(words.map(({ text: word }) => quote(word)).join(' '));
    same(
      again.map(({ text: word }) => word),
      words.map(({ text: word }) => word),
      'printed words',
    );
    return `${about(words.length)} ${about(words.filter(({ quoted }) => quoted).length)}`;
  },
};

/** A configuration alone: no packet engine, no listening server. */
function emptyTarget() {
  const files = new Files();
  const configuration = new Configuration(
    '192.0.2.1',
    () => {},
    () => {},
  );
  const context = (partition: string, warnings: Context['warnings'], loading: boolean): Context => ({
    behaviour: DEFAULT_BEHAVIOUR,
    store: configuration.partition(partition),
    root: configuration.root,
    files,
    now: () => 1_767_225_600_000,
    warnings,
    loading,
    note: () => {},
    connections: () => 0,
  });
  return { configuration, context };
}

const VERSION = '14.1-51.80';

const nsConf: FuzzTarget = {
  name: 'ns-conf',
  parser: 'lib/simulator/config/read.ts#loadConfig',
  slow: true,
  tokens: [
    ...[
      'add ',
      'set ',
      'bind ',
      'enable ns feature ',
      'switch ns partition ',
      'link ssl certKey ',
      'apply ns acls',
      '\n',
    ],
    ...[
      'lb vserver ',
      'cs vserver ',
      'serviceGroup ',
      'ssl policy ',
      'ssl action ',
      'policy stringmap ',
      'server ',
      'service ',
    ],
    ...[
      'system user ',
      'ns partition ',
      'lb monitor ',
      'responder policy ',
      'ssl vserver ',
      'ns tcpProfile ',
      'ns acl ',
    ],
    ...[
      '-policyName ',
      '-priority 10',
      '-rule ',
      '-action ',
      '-comment "x"',
      '-state DISABLED',
      '-forward ',
      '-constructor x',
    ],
    ...['192.0.2.1', 'HTTP', 'SSL', 'TCP', '80', '443', '-encrypted', '-type CLIENTHELLO_REQ', '-autoScale API'],
  ],
  run(input) {
    const first = emptyTarget();
    const problems = loadConfig(input.toString('utf8'), first);
    const written = runningConfig(first.configuration, VERSION);
    const second = emptyTarget();
    const refused = loadConfig(written, second);
    hold(refused.length === 0, `its own lines are refused: ${JSON.stringify(refused[0])}`);
    const again = runningConfig(second.configuration, VERSION);
    hold(again === written, `written again, it differs:\n${written}\n${again}`);
    return `${kindOfMessage(problems[0]?.reason ?? '')} ${about(problems.length)} ${about(written.split('\n').length)}`;
  },
};

const savedFile: FuzzTarget = {
  name: 'saved-file',
  parser: 'lib/simulator/saved.ts#parseSaved',
  tokens: ['#file ', '%2Fnsconfig%2Fssl%2F', 'a.crt', 'QUJD', '\n', '%', '%zz', '%ff'],
  run(input) {
    const files = new Files();
    const rest = parseSaved(input.toString('utf8'), files, 0);
    return `${about([...files.all()].length)} ${about(rest.split('\n').length)}`;
  },
};

const nitroUrl: FuzzTarget = {
  name: 'nitro-url',
  parser: 'lib/simulator/http/url.ts#parseTarget, parseArgs, parseFilter',
  maxBytes: 1_000,
  tokens: [
    '/nitro/v1/config/',
    'lbvserver',
    '?filter=',
    '?args=',
    'name:',
    '/^a/',
    '%2F',
    '%252F',
    '%',
    ',',
    '&',
    'count=yes',
  ],
  run(input) {
    const url = input.toString('utf8');
    const outcomes: string[] = [];
    for (const parse of [
      () => parseTarget(url)?.kind.length ?? -1,
      () => parseArgs(url.split('?args=')[1] ?? url),
      () =>
        parseFilter(url.split('?filter=')[1] ?? url).map(
          ({ attribute, exact }) => `${attribute} ${exact === undefined}`,
        ),
    ]) {
      try {
        const value = parse();
        outcomes.push(String(about(typeof value === 'object' ? Object.keys(value).length : value + 1)));
      } catch (error) {
        if (!(error instanceof ApplianceError)) throw error;
        outcomes.push(String(error.code));
      }
    }
    return outcomes.join(' ').slice(0, 40);
  },
};

export const SIMULATOR: readonly FuzzTarget[] = [expression, commandLine, nsConf, savedFile, nitroUrl];
