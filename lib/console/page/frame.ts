import { byId, type Content, element, nodesOf } from './dom.ts';
import { absolute, count, visible } from './format.ts';
import type { PageState } from './live.ts';
import { morph } from './morph.ts';
import { mark, time } from './parts.ts';

/** What surrounds every view: navigation, state of the connection, and what is wrong. */
export class Frame {
  #state: PageState | undefined;
  #failure: string | undefined;
  #title = '';

  /** Marks an entry of the navigation as the current one, and closes the menu of narrow screens. */
  select(section: string): void {
    for (const entry of document.querySelectorAll<HTMLAnchorElement>('#sections a')) {
      if (entry.dataset.section === section) entry.setAttribute('aria-current', 'page');
      else entry.removeAttribute('aria-current');
    }
    this.menu(false);
  }

  menu(open: boolean): void {
    byId('menu').setAttribute('aria-expanded', String(open));
  }

  title(title: string): void {
    this.#title = title;
    const appliance = this.#state?.overview?.appliance;
    const parts = [title, appliance, 'nspass console'].filter((part) => part !== undefined);
    document.title = visible(parts.join(' · '));
  }

  /** @param message why the view could not be loaded again; undefined when it was. */
  failed(message: string | undefined): void {
    this.#failure = message;
    this.#warn();
  }

  tell(state: PageState): void {
    const before = this.#state?.overview?.appliance;
    this.#state = state;
    const { overview, lostAt } = state;
    if (overview !== undefined) {
      morph(byId('appliance'), nodesOf(element('bdi', {}, overview.appliance)));
      this.#badge('conflicts', overview.conflicts);
      this.#badge('drift', overview.drift ?? 0);
      if (before !== overview.appliance) this.title(this.#title);
    }
    morph(byId('connection'), nodesOf(connectionText(overview?.at, lostAt)));
    this.#warn();
  }

  #badge(section: string, value: number): void {
    const badge = document.querySelector(`#sections a[data-section="${section}"] .badge`);
    if (badge === null) return;
    badge.toggleAttribute('hidden', value === 0);
    morph(badge, nodesOf(count(value)));
  }

  #warn(): void {
    morph(byId('banner'), nodesOf(this.#warnings()));
  }

  #warnings(): Content {
    const { lostAt, overview } = this.#state ?? {};
    const warning = (key: string, ...text: Content[]): HTMLElement =>
      element(
        'p',
        { class: 'warning', 'data-key': key },
        mark({ label: 'Warning', tone: 'bad', shape: 'triangle' }, text),
      );
    return [
      lostAt === undefined
        ? undefined
        : warning(
            'lost',
            `Connection to the console lost at ${absolute(lostAt)}. Trying again. What is shown may be old.`,
          ),
      overview?.unreachable === undefined
        ? undefined
        : warning('unreachable', `Values are of ${absolute(overview.at)}: `, overview.unreachable),
      this.#failure === undefined || lostAt !== undefined
        ? undefined
        : warning('failure', 'This view could not be loaded again: ', this.#failure),
    ];
  }
}

function connectionText(at: number | undefined, lostAt: number | undefined): Content {
  if (lostAt !== undefined) return mark({ label: 'Not connected', tone: 'bad', shape: 'triangle' });
  if (at === undefined) return mark({ label: 'Connecting', tone: 'quiet', shape: 'ring' });
  return mark({ label: 'Live', tone: 'good', shape: 'disc' }, ['Live, read ', time(at)]);
}
