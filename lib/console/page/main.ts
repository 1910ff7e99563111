import { byId } from './dom.ts';
import { type PageLocation, routesFragment } from './location.ts';
import { retell } from './parts.ts';
import { PageShell } from './shell.ts';

/** Milliseconds after the last key before a search is sent. */
const TYPING_MS = 150;
/** Milliseconds between two looks at the shown times. */
const RETELL_MS = 1_000;

const shell = new PageShell();
let typing: ReturnType<typeof setTimeout> | undefined;
let searchWanted = false;

/** Searches for what the field holds, within the state that is chosen. */
function search(field: HTMLInputElement): void {
  const { location } = shell;
  if (location.view !== 'routes' || field.value === location.search) return;
  const next: PageLocation = { ...location, search: field.value, page: 1 };
  shell.replace(next);
}

const searchField = (): HTMLInputElement | undefined => {
  const field = document.getElementById('search');
  return field instanceof HTMLInputElement ? field : undefined;
};

document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== 'search') return;
  clearTimeout(typing);
  typing = setTimeout(() => search(target), TYPING_MS);
});

document.addEventListener('submit', (event) => {
  event.preventDefault();
  clearTimeout(typing);
  const field = searchField();
  if (field !== undefined) search(field);
});

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest('[data-action="retry"]') !== null) shell.refresh();
});

// The fragment of the link would be read as a place: the focus is moved instead.
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('title').focus();
});

const menu = byId('menu');
menu.addEventListener('click', () => {
  menu.setAttribute('aria-expanded', String(menu.getAttribute('aria-expanded') !== 'true'));
});

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (key === 'Escape' && menu.getAttribute('aria-expanded') === 'true') {
    menu.setAttribute('aria-expanded', 'false');
    menu.focus();
  }
  if (key !== '/' || event.ctrlKey || event.metaKey || event.altKey || target instanceof HTMLInputElement) return;
  event.preventDefault();
  const field = searchField();
  if (field !== undefined) field.focus();
  else {
    searchWanted = true;
    window.location.hash = routesFragment();
  }
});

// A search that was asked for on another view begins when its field is there.
new MutationObserver(() => {
  const field = searchWanted ? searchField() : undefined;
  if (field === undefined) return;
  searchWanted = false;
  queueMicrotask(() => field.focus());
}).observe(byId('content'), { childList: true });

setInterval(() => retell(document, Date.now()), RETELL_MS);
shell.start();
