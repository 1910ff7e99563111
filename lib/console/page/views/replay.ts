import type { ConsoleReplay, ReplayList } from '../../api.ts';
import { read } from '../client.ts';
import { type Content, element } from '../dom.ts';
import { percent } from '../format.ts';
import { code, empty, mark, name, time } from '../parts.ts';
import type { StatusWord } from '../words.ts';
import type { PageView } from './view.ts';

export const replayView: PageView = {
  title: 'Replay',
  section: 'replay',
  follows: ['replay'],
  async show({ live, signal }) {
    const { replays } = live.replay ?? (await read<ReplayList>('/api/replay', signal));
    return [
      element(
        'p',
        { class: 'lead' },
        'A replay sends archived events again, and so rebuilds an appliance that was lost.',
      ),
      content(replays),
    ];
  },
};

function content(replays: ReplayList['replays']): Content {
  if (typeof replays === 'string') return element('p', { class: 'notice' }, replays);
  if (replays === undefined) {
    return empty(
      'Replays belong to a deployment.',
      'Start ',
      code('nspass console'),
      ' with ',
      code('--config'),
      ' and ',
      code('--deployment'),
      ' to see them.',
    );
  }
  if (replays.length === 0)
    return empty('No replay has run.', 'Start one with ', code('nspass replay'), ', and follow it here.');
  return element(
    'ul',
    { class: 'replays' },
    replays.map((replay) => element('li', { 'data-key': replay.name }, replayItem(replay))),
  );
}

function replayItem({ name: title, state, from, to, reached, share }: ConsoleReplay): Content {
  const id = `replay-${title}`;
  return [
    element('h2', { id }, name(title)),
    element(
      'p',
      { class: 'replay-progress' },
      mark(wordOf(state)),
      element('progress', { max: 1, value: share, 'aria-labelledby': id }),
      element('span', { class: 'number' }, percent(share, 1)),
    ),
    element(
      'p',
      { class: 'muted' },
      'Events from ',
      time(from),
      ' to ',
      time(to),
      reached === undefined ? undefined : [', last replayed: ', time(reached)],
    ),
  ];
}

function wordOf(state: string): StatusWord {
  if (state === 'COMPLETED') return { label: state, tone: 'good', shape: 'disc' };
  if (state === 'FAILED' || state === 'CANCELLED') return { label: state, tone: 'bad', shape: 'cross' };
  return { label: state, tone: 'quiet', shape: 'arrow' };
}
