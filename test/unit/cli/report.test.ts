import { describe, expect, it } from 'vitest';
import { jsonReport, textReport } from '../../../lib/cli/local/report.ts';
import type { BusEvent, Finding, ReceivedEvent } from '../../../lib/contract/index.ts';

const found = (severity: 'error' | 'warning'): Finding => ({
  code: 'ServiceNotFound',
  severity,
  message: 'there is none',
});

function outcome(detailType: string, findings: readonly Finding[]): ReceivedEvent {
  const data = { namespace: 'default', name: 'a', programmed: [], removed: [], hosts: [], findings, durationMs: 1 };
  return { detailType, data, time: 0 } as unknown as ReceivedEvent;
}

describe('the mark of an outcome', () => {
  it.each<[string, string, readonly Finding[]]>([
    ['✔', 'Ingress Programmed', []],
    ['✔', 'Ingress Programmed', [found('warning')]],
    ['!', 'Ingress Programmed', [found('warning'), found('error')]],
    ['✘', 'Ingress Rejected', [found('error')]],
    ['–', 'Ingress Removed', []],
  ])('%s for %s', (mark, detailType, findings) => {
    const lines: string[] = [];
    textReport((line) => lines.push(line)).outcome(outcome(detailType, findings));
    expect(lines[0]).toMatch(new RegExp(`^${mark} default/a `));
  });
});

describe('hosts that are reset', () => {
  it('VAL-8: are said as such, and only hosts that serve are there to be tried', () => {
    const lines: string[] = [];
    const report = textReport((line) => lines.push(line));
    report.frontend({ address: '192.0.2.10', port: 443, listen: { host: '127.0.0.1', port: 18_443 } });
    const event = outcome('Ingress Programmed', [found('warning')]);
    const data = { programmed: [{ ip: '192.0.2.10', port: 443 }], hosts: ['b.test'], resetHosts: ['a.test'] };
    report.outcome({ ...event, data: { ...event.data, ...data } } as ReceivedEvent);
    expect(lines[1]).toMatch(/^! default\/a {2}programmed {2}b\.test on /);
    expect(lines[2]).toBe('    connections to a.test are reset, see below');
    expect(lines.filter((line) => line.includes('servername'))).toEqual([
      expect.stringContaining('-servername b.test'),
    ]);
    expect(lines.slice(3).join(' ')).not.toContain('a.test');
  });
});

describe('how to try it', () => {
  const tried = (hosts: readonly string[], times = 1): string[] => {
    const lines: string[] = [];
    const report = textReport((line) => lines.push(line));
    report.frontend({ address: '192.0.2.10', port: 443, listen: { host: '127.0.0.1', port: 18_443 } });
    const event = outcome('Ingress Programmed', []);
    const data = { programmed: [{ ip: '192.0.2.10', port: 443 }], hosts };
    for (let time = 0; time < times; time += 1) {
      lines.length = 0;
      report.outcome({ ...event, data: { ...event.data, ...data } } as ReceivedEvent);
    }
    return lines
      .slice(1)
      .flatMap((line) => /-servername (\S+)/.exec(line)?.[1] ?? (/more host/.test(line) ? [line] : []));
  };

  it.each([
    [['a'], ['a']],
    [
      ['*.a', 'b'],
      ['any.a', 'b'],
    ],
    [
      ['a', 'b', 'c', 'd'],
      ['a', 'b', 'c', '         … and 1 more host'],
    ],
    [
      ['a', 'b', 'c', 'd', 'e'],
      ['a', 'b', 'c', '         … and 2 more hosts'],
    ],
  ])('%j: each host, up to three', (hosts, expected) => {
    expect(tried(hosts)).toEqual(expected);
  });

  it('a host is shown once', () => {
    expect(tried(['a', 'b'], 2)).toEqual([]);
  });
});

describe('a screen', () => {
  const painted = { paint: (style: string, text: string) => `<${style}>${text}</>`, width: 40 };
  const event = outcome('Ingress Programmed', [
    found('warning'),
    { ...found('error'), message: 'word '.repeat(12).trim() },
  ]);
  const lines: string[] = [];
  textReport((line) => lines.push(line), painted).outcome(event);

  it('errors come first, in colour, and lines fold', () => {
    expect(lines[0]).toMatch(/^<yellow>!<\/> default\/a {2}programmed/);
    expect(lines[1]).toBe(
      '    <red>error</> ServiceNotFound: word word\n      word word word word word word word\n      word word word',
    );
    expect(lines[2]).toBe('    <yellow>warning</> ServiceNotFound: there is\n      none');
  });
});

describe('the remedy of a finding', () => {
  it('VAL-9: without any address, names the option that gives one', () => {
    const lines: string[] = [];
    const finding = { code: 'FrontendIPRequired', severity: 'error', message: 'none', remedy: 'Add it.' } as const;
    textReport((line) => lines.push(line)).outcome(outcome('Ingress Rejected', [finding]));
    expect(lines.at(-1)).toBe('    error FrontendIPRequired: none — Add it. Here: --default-vip ADDRESS.');
  });
});

describe('ready', () => {
  const told = (data: object): string | undefined => {
    const lines: string[] = [];
    const report = textReport((line) => lines.push(line));
    report.sent({ detailType: 'x', detail: { data } } as unknown as BusEvent);
    report.ready();
    return lines.at(-1);
  };

  it.each([{ listed: [], ingresses: [{}] }, { listed: [{}], ingresses: [] }, { ingress: {} }])(
    'where an Ingress asks: %j',
    (data) => {
      expect(told(data)).toBe('ready      the folder’s state is programmed; following changes until Ctrl-C');
    },
  );

  it('where none does, says so: the folder may be mistyped', () => {
    expect(told({ listed: [], ingresses: [] })).toBe(
      "ready      no Ingress requests passthrough yet (ingress.citrix.com/ssl-passthrough: 'true'), and no Gateway takes a TLSRoute; following changes until Ctrl-C",
    );
  });
});

describe('what the selection leaves out', () => {
  const text = (tell: (report: ReturnType<typeof textReport>) => void): string[] => {
    const lines: string[] = [];
    tell(textReport((line) => lines.push(line)));
    return lines;
  };
  const json = (tell: (report: ReturnType<typeof jsonReport>) => void): unknown[] => {
    const lines: unknown[] = [];
    tell(jsonReport((line) => lines.push(JSON.parse(line))));
    return lines;
  };
  const remark = { code: 'PassthroughNotRequested', severity: 'warning', message: 'm', remedy: 'r' } as const;

  it('a remark', () => {
    expect(text((report) => report.finding('n/a', remark))).toEqual([
      'finding    n/a',
      '    warning PassthroughNotRequested: m — r',
    ]);
    expect(json((report) => report.finding('n/a', remark))).toEqual([{ type: 'remark', ingress: 'n/a', ...remark }]);
  });

  it('a class that is taken for ours', () => {
    expect(text((report) => report.classAssumed('edge'))).toEqual([
      'class      "edge" is not in the folder; it is assumed to belong to citrix.com/ingress-controller',
    ]);
    expect(json((report) => report.classAssumed('edge'))).toEqual([{ type: 'class-assumed', class: 'edge' }]);
  });

  it('a kind that is not read is no problem', () => {
    const problem = { file: 'a.yaml', line: 3, message: 'm' };
    expect(text((report) => report.problem(problem))).toEqual(['problem    a.yaml:3: m']);
    expect(text((report) => report.problem({ ...problem, hint: true }))).toEqual(['not read   a.yaml:3: m']);
  });
});
