import type { Content } from '../dom.ts';
import type { LiveTopic, PageState } from '../live.ts';

/** What a view is made of. */
export interface ViewInput {
  readonly live: PageState;
  readonly signal: AbortSignal;
}

/** A view of the page: reads what it shows, then makes it. */
export interface PageView {
  readonly title: string;
  /** Entry of the navigation that it belongs to. */
  readonly section: string;
  /** Updates that make it load again. */
  readonly follows: readonly LiveTopic[];
  readonly show: (input: ViewInput) => Promise<Content>;
}
