import type { PageLocation } from '../location.ts';
import { link } from '../parts.ts';
import { changesView } from './changes.ts';
import { conflictsView } from './conflicts.ts';
import { driftView } from './drift.ts';
import { overviewView } from './overview.ts';
import { replayView } from './replay.ts';
import { routeView } from './route.ts';
import { routesView } from './routes.ts';
import type { PageView } from './view.ts';

const unknownView: PageView = {
  title: 'No such page',
  section: '',
  follows: [],
  show: async () => ['The address leads nowhere. ', link('#/', 'See the overview'), '.'],
};

/** Returns the view of a place. */
export function viewOf(location: PageLocation): PageView {
  switch (location.view) {
    case 'overview':
      return overviewView;
    case 'routes':
      return routesView(location);
    case 'route':
      return routeView(location);
    case 'conflicts':
      return conflictsView(location);
    case 'drift':
      return driftView;
    case 'changes':
      return changesView;
    case 'replay':
      return replayView;
    default:
      return unknownView;
  }
}
