import { expect, it } from 'vitest';
import { conflictPage } from '../../../lib/console/conflicts.ts';
import { claim, owner, route } from './support.ts';

it('CON-1: a host with claims on standby is a conflict, with all who wait in their order', () => {
  const [a, b, c] = [owner('a'), owner('b'), owner('c')];
  const page = conflictPage(
    7,
    [
      route('a.example.com', claim(a)),
      route('b.example.com', claim(a), { standby: [claim(b, { created: 2000 }), claim(c, { created: 3000 })] }),
    ],
    1,
  );
  expect(page).toEqual({
    version: 7,
    total: 1,
    page: 1,
    pages: 1,
    rows: [
      {
        host: 'b.example.com',
        frontend: '192.0.2.10_443',
        vip: '192.0.2.10:443',
        holder: a,
        since: 1_000_000,
        waiting: [
          { owner: b, created: 2_000_000 },
          { owner: c, created: 3_000_000 },
        ],
      },
    ],
  });
});
