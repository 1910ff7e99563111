import { describe, expect, it } from 'vitest';
import { jsonLog, type LogFields } from '../../../lib/telemetry/index.ts';
import { powertoolsLog } from '../../../lib/telemetry/powertools-log.ts';

function lines(level?: 'debug' | 'info' | 'warn' | 'error') {
  const written: string[] = [];
  const log = jsonLog({
    write: (line) => void written.push(line),
    now: () => 0,
    fields: { service: 's' },
    ...(level === undefined ? {} : { level }),
  });
  return { log, written };
}

describe('jsonLog', () => {
  it('writes one JSON object a line, with what stands on every line', () => {
    const { log, written } = lines();
    log.warn('queue not reachable', { queue: 'alpha.fifo', tries: 3 });
    expect(written).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"queue not reachable","service":"s","queue":"alpha.fifo","tries":3}\n',
    ]);
  });

  it.each([
    [undefined, ['info', 'warn', 'error']],
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['error', ['error']],
  ] as const)('at level %s writes %j', (level, expected) => {
    const { log, written } = lines(level);
    for (const at of ['debug', 'info', 'warn', 'error'] as const) log[at]('x');
    expect(written.map((line) => JSON.parse(line).level)).toEqual(expected);
  });

  it('shows an error by name, message and cause, and nothing else that it carries', () => {
    const { log, written } = lines();
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { $response: { secret: 'pw' } });
    log.error('failed', { error });
    expect(JSON.parse(written[0] ?? '').error).toEqual({
      name: 'TypeError',
      message: 'outer',
      cause: { name: 'Error', message: 'inner' },
    });
  });

  it('never throws for a field that is no JSON', () => {
    const { log, written } = lines();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    log.info('odd', { circle });
    log.info('big', { count: 10n });
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { message: 'odd', unprintable: true },
      { message: 'big', count: '10' },
    ]);
  });
});

describe('powertoolsLog', () => {
  it('passes level, message and fields on, errors without what they carry', () => {
    const calls: unknown[] = [];
    const at =
      (level: string) =>
      (message: unknown, ...fields: unknown[]): void => {
        calls.push([level, message, ...fields]);
      };
    const log = powertoolsLog({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
    log.info('hello');
    log.error('failed', { error: Object.assign(new Error('why'), { secret: 'pw' }), tries: 2 } satisfies LogFields);
    expect(calls).toEqual([
      ['info', 'hello', {}],
      ['error', 'failed', { error: { name: 'Error', message: 'why' }, tries: 2 }],
    ]);
  });
});
