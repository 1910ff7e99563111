import { afterAll, describe, expect, it, vi } from 'vitest';
import { EventInvalid, parseEnvelope, toEvent, visible } from '../../../lib/contract/index.ts';
import { findingEvent } from '../../../lib/forwarder/feedback/outcomes.ts';
import { describeDeadLetter } from '../../../lib/runtime/dead-letter-event.ts';
import { functionLog } from '../../../lib/runtime/function-log.ts';
import { shortReason } from '../../../lib/runtime/reason.ts';
import { jsonLog } from '../../../lib/telemetry/index.ts';
import { state } from '../../support/events.ts';
import { activeTexts, HOSTILE_STRINGS } from '../../support/hostile.ts';

const strings = Object.entries(HOSTILE_STRINGS);

describe('what a stranger writes → lines of the log', () => {
  it.each(strings)('%s: one line without a control character, and the same value', (_what, text) => {
    const lines: string[] = [];
    jsonLog({ write: (line) => void lines.push(line), now: () => 0 }).warn('said', { text, error: new Error(text) });
    expect(lines).toHaveLength(1);
    const line = lines[0] as string;
    expect(activeTexts(line.slice(0, -1))).toEqual([]);
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toMatchObject({ text, error: { message: text } });
  });

  it('a character outside of the basic plane is two escapes', () => {
    const lines: string[] = [];
    jsonLog({ write: (line) => void lines.push(line) }).warn('said', { text: '\u{e0041}' });
    expect(lines[0]).toContain('\\udb40\\udc41');
  });
});

describe('what a stranger writes → lines of the functions’ log', () => {
  const stdout = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  afterAll(() => vi.restoreAllMocks());

  it.each(strings)('%s: one line without a control character', (_what, text) => {
    stdout.mockClear();
    stderr.mockClear();
    const log = functionLog('nspass');
    log.info('said', { text, list: [text], error: new TypeError(text) });
    log.error('failed', { error: new Error('outer', { cause: new Error(text) }) });
    const written = [...stdout.mock.calls, ...stderr.mock.calls].map(([line]) => String(line));
    expect(written).toHaveLength(2);
    for (const line of written) {
      expect(line.endsWith('\n')).toBe(true);
      expect(activeTexts(line.slice(0, -1))).toEqual([]);
      expect(JSON.parse(line)).toMatchObject({ service: 'nspass' });
    }
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ text: visible(text), error: { message: visible(text) } });
  });
});

describe('what a stranger writes → dead letters', () => {
  it.each(strings)('%s: reason and outcome can be shown', (_what, text) => {
    expect(activeTexts(shortReason(text))).toEqual([]);
    const ingress = { namespace: 'shop', name: 'web', uid: text };
    const data = { cluster: 'c1', clusterUid: text, sequence: 5, ingress };
    const body = JSON.stringify({ 'detail-type': 'Ingress Changed', detail: { data } });
    const reason = { stringValue: shortReason(text) };
    const { outcome } = describeDeadLetter({
      messageId: 'm',
      body,
      attributes: { MessageGroupId: 'edge' },
      messageAttributes: { reason },
    } as never);
    expect(outcome?.data).toMatchObject({ namespace: 'shop', name: 'web' });
    expect(activeTexts(outcome)).toEqual([]);
  });
});

describe('what a stranger writes → reasons of refused events', () => {
  const data = { cluster: 'test', clusterUid: 'uid-1', sequence: 10, ingress: state('web') };
  const { source, detail } = toEvent('nspass.forwarder', 'Ingress Changed', data, { now: () => 0 });
  const event = { id: 'a', time: detail.time, source, 'detail-type': 'Ingress Changed', detail };
  const body = (over: object): string => JSON.stringify({ ...event, ...over });

  it('is accepted as it is', () => {
    expect(parseEnvelope(body({})).data).toEqual(data);
  });

  it.each(strings)('%s: the reason has no control character', (_what, text) => {
    for (const over of [
      { 'detail-type': text },
      { source: text },
      { detail: { ...detail, type: text } },
      { detail: { ...detail, data: { ...data, [`x${text}`]: 1 } } },
    ]) {
      const refused = (): unknown => parseEnvelope(body(over));
      expect(refused).toThrow(EventInvalid);
      try {
        refused();
      } catch (error) {
        expect(activeTexts((error as Error).message)).toEqual([]);
      }
    }
  });
});

describe('what a stranger writes → Kubernetes Events', () => {
  it.each(strings)('%s: the note has no control character', (_what, text) => {
    const { message } = findingEvent({
      code: 'HostInvalid',
      severity: 'error',
      message: text,
      path: text,
      remedy: text,
    });
    expect(activeTexts(message)).toEqual([]);
    expect(message.length).toBeLessThanOrEqual(1_000);
  });
});
