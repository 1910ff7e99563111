import { byId, type Content, element, nodesOf } from './dom.ts';
import { Frame } from './frame.ts';
import { Live, type LiveTopic } from './live.ts';
import { fragmentOf, type PageLocation, parseLocation } from './location.ts';
import { morph } from './morph.ts';
import { viewOf } from './views/index.ts';

/** Shows the view of the address, and shows it again when the server tells of something that the view follows. */
export class PageShell {
  readonly #live = new Live((topic) => this.#told(topic));
  readonly #frame = new Frame();
  readonly #content = byId('content');
  readonly #title = byId('title');
  #location: PageLocation = parseLocation(window.location.hash);
  #shown: string | undefined;
  #loading: AbortController | undefined;
  #again = false;

  start(): void {
    window.addEventListener('hashchange', () => this.go(parseLocation(window.location.hash)));
    this.#live.start();
    this.go(this.#location);
  }

  get location(): PageLocation {
    return this.#location;
  }

  /** Goes to a place whose address the browser already has. */
  go(location: PageLocation): void {
    this.#location = location;
    this.#frame.select(viewOf(location).section);
    this.#loading?.abort();
    void this.#load();
  }

  /** Goes to a place that takes the place of this one: the browser's list of visited pages does not grow. */
  replace(location: PageLocation): void {
    history.replaceState(null, '', fragmentOf(location));
    this.go(location);
  }

  /** Shows the view again. A load that runs is finished first, so that many updates do not keep a slow one from its end. */
  refresh(): void {
    if (this.#loading === undefined) void this.#load();
    else this.#again = true;
  }

  #told(topic: LiveTopic): void {
    const { state } = this.#live;
    this.#frame.tell(state);
    const connected = topic === 'connection' && state.lostAt === undefined;
    if (connected || viewOf(this.#location).follows.includes(topic)) this.refresh();
  }

  async #load(): Promise<void> {
    const controller = new AbortController();
    const location = this.#location;
    const view = viewOf(location);
    this.#loading = controller;
    this.#again = false;
    this.#content.setAttribute('aria-busy', 'true');
    try {
      const content = await view.show({ live: this.#live.state, signal: controller.signal });
      if (controller.signal.aborted) return;
      this.#frame.failed(undefined);
      this.#put(location, view.title, content);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#fail(location, view.title, error instanceof Error ? error.message : String(error));
    }
    this.#content.setAttribute('aria-busy', 'false');
    this.#loading = undefined;
    if (this.#again) void this.#load();
  }

  /** Shows a failure: in place of a view that is new, or above one that is only older than it could be. */
  #fail(location: PageLocation, title: string, message: string): void {
    if (this.#shown === placeOf(location)) {
      this.#frame.failed(message);
      return;
    }
    this.#put(location, title, [
      element('p', { class: 'notice' }, message),
      element('p', {}, element('button', { type: 'button', class: 'button', 'data-action': 'retry' }, 'Try again')),
    ]);
    this.#shown = undefined;
  }

  #put(location: PageLocation, title: string, content: Content): void {
    const place = placeOf(location);
    const isNew = this.#shown !== place;
    const isFirst = this.#shown === undefined && document.activeElement === document.body;
    const focused = document.activeElement;
    const wasInside = focused !== null && this.#content.contains(focused);
    if (isNew) this.#content.replaceChildren();
    morph(this.#title, nodesOf(element('bdi', {}, title)));
    morph(this.#content, nodesOf(content));
    this.#frame.title(title);
    this.#shown = place;
    if (isNew && !isFirst) {
      window.scrollTo(0, 0);
      this.#title.focus({ preventScroll: true });
    } else if (wasInside && !focused.isConnected) {
      this.#title.focus({ preventScroll: true });
    }
    this.#showSearch(location);
  }

  /** Puts the search of the address into the field, unless someone types there. */
  #showSearch(location: PageLocation): void {
    const field = document.getElementById('search');
    if (location.view !== 'routes' || !(field instanceof HTMLInputElement)) return;
    if (document.activeElement !== field) field.value = location.search;
  }
}

/** Tells views apart: another search is the same view, another host is not. */
const placeOf = (location: PageLocation): string => (location.view === 'route' ? fragmentOf(location) : location.view);
