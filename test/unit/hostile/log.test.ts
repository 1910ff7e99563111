import { describe, expect, it } from 'vitest';
import { EventInvalid, parseEnvelope, toEvent } from '../../../lib/contract/index.ts';
import { findingEvent } from '../../../lib/forwarder/feedback/outcomes.ts';
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
