import type { CaseScope, CaseStep, ConformanceCase } from '../case.ts';
import { address, apply, ingress, remove, served, service, slices, told, unserved } from '../manifests.ts';

const living = (
  id: string,
  rules: readonly string[],
  title: string,
  needs: ConformanceCase['needs'],
  steps: ConformanceCase['steps'],
): ConformanceCase => ({ id: `life-${id}`, rules, title, needs, steps });

const open = (name: string, host: string, backend: string): CaseStep => ({ kind: 'open', name, host, backend });
const alive = (name: string, backend: string): CaseStep => ({ kind: 'alive', name, backend });

const first = (scope: CaseScope): CaseStep =>
  apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()] }));

/** Conflicts, changes under load, and status: CON-1 to CON-3, TLS-6, LIF-1 to LIF-3, REP-1, REP-2. */
export const LIFECYCLE_CASES: readonly ConformanceCase[] = [
  living('conflict', ['CON-1'], 'the older Ingress holds a host, the younger is told who', ['reasons'], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    apply(service(scope, 'api', ['b']), ingress(scope, 'young', { rules: [scope.host()], service: 'api' })),
    told('young', 'HostConflict'),
    { kind: 'spread', host: scope.host(), backends: ['a'] },
  ]),
  living('conflict-partly', ['CON-1'], 'an Ingress that loses one host keeps its other', ['reasons'], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    apply(
      service(scope, 'api', ['b']),
      ingress(scope, 'young', { rules: [scope.host(), scope.host('own')], service: 'api' }),
    ),
    served(scope.host('own'), 'b'),
    told('young', 'HostConflict'),
    served(scope.host(), 'a'),
  ]),
  living('takeover', ['CON-2'], 'when the holder goes, the next takes the host untouched', ['reasons'], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    apply(service(scope, 'api', ['b']), ingress(scope, 'young', { rules: [scope.host()], service: 'api' })),
    told('young', 'HostConflict'),
    remove(ingress(scope, 'shop', { rules: [scope.host()] })),
    served(scope.host(), 'b'),
  ]),
  living('given-up', ['CON-2'], 'when the holder gives a host up, the next takes it', ['reasons'], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host(), scope.host('own')] })),
    served(scope.host(), 'a'),
    apply(service(scope, 'api', ['b']), ingress(scope, 'young', { rules: [scope.host()], service: 'api' })),
    told('young', 'HostConflict'),
    apply(ingress(scope, 'shop', { rules: [scope.host('own')] })),
    served(scope.host(), 'b'),
    served(scope.host('own'), 'a'),
  ]),
  living('conflict-wildcard', ['CON-1', 'TLS-2'], 'a wildcard and an exact host do not conflict', [], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'all', { rules: [scope.host('*')] })),
    served(scope.host('x'), 'a'),
    apply(service(scope, 'api', ['b']), ingress(scope, 'one', { rules: [scope.host('x')], service: 'api' })),
    served(scope.host('x'), 'b'),
    served(scope.host('y'), 'a'),
    remove(ingress(scope, 'one', { rules: [scope.host('x')], service: 'api' })),
    served(scope.host('x'), 'a'),
  ]),
  living('kept-by-new-host', ['TLS-6'], 'a connection survives a host that is added', [], (scope) => [
    first(scope),
    open('c', scope.host(), 'a'),
    apply(service(scope, 'api', ['b']), ingress(scope, 'new', { rules: [scope.host('new')], service: 'api' })),
    served(scope.host('new'), 'b'),
    alive('c', 'a'),
  ]),
  living('kept-by-new-member', ['TLS-6'], 'a connection survives an endpoint that is added', [], (scope) => [
    first(scope),
    open('c', scope.host(), 'a'),
    apply(slices(scope, 'web', ['b'])),
    { kind: 'spread', host: scope.host(), backends: ['a', 'b'] },
    alive('c', 'a'),
  ]),
  living('kept-by-lost-member', ['TLS-6'], 'a connection survives the removal of another endpoint', [], (scope) => [
    first(scope),
    open('c', scope.host(), 'a'),
    apply(slices(scope, 'web', ['b'])),
    { kind: 'spread', host: scope.host(), backends: ['a', 'b'] },
    remove(slices(scope, 'web', ['b'])),
    { kind: 'spread', host: scope.host(), backends: ['a'] },
    alive('c', 'a'),
  ]),
  living('kept-by-other-host', ['TLS-6'], 'a connection survives the removal of another host', [], (scope) => [
    apply(
      service(scope, 'web', ['a']),
      ingress(scope, 'shop', { rules: [scope.host()] }),
      ingress(scope, 'other', { rules: [scope.host('other')] }),
    ),
    served(scope.host('other'), 'a'),
    open('c', scope.host(), 'a'),
    remove(ingress(scope, 'other', { rules: [scope.host('other')] })),
    unserved(scope.host('other')),
    alive('c', 'a'),
  ]),
  living(
    'kept-by-other-service',
    ['TLS-6', 'CON-3'],
    'an open connection drains where its host moves to another Service',
    [],
    (scope) => [
      first(scope),
      open('c', scope.host(), 'a'),
      apply(service(scope, 'api', ['b']), ingress(scope, 'shop', { rules: [scope.host()], service: 'api' })),
      served(scope.host(), 'b'),
      alive('c', 'a'),
    ],
  ),
  living(
    'kept-by-annotations',
    ['TLS-6'],
    'a connection survives a change of labels and unknown annotations',
    [],
    (scope) => [
      first(scope),
      open('c', scope.host(), 'a'),
      apply(
        ingress(scope, 'shop', { rules: [scope.host(), scope.host('two')], annotations: { 'example.com/note': 'x' } }),
      ),
      served(scope.host('two'), 'a'),
      alive('c', 'a'),
    ],
  ),
  living('host-added', ['LIF-2'], 'a host that is added to an Ingress is served', [], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    apply(ingress(scope, 'shop', { rules: [scope.host(), scope.host('two')] })),
    served(scope.host('two'), 'a'),
    served(scope.host(), 'a'),
  ]),
  living('host-removed', ['SEL-3'], 'a host that is taken from an Ingress is reset, the other stays', [], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host('one'), scope.host('two')] })),
    served(scope.host('two'), 'a'),
    apply(ingress(scope, 'shop', { rules: [scope.host('one')] })),
    unserved(scope.host('two')),
    served(scope.host('one'), 'a'),
  ]),
  living('host-renamed', ['SEL-3'], 'a host that is renamed leads under its new name only', [], (scope) => [
    apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host('one')] })),
    served(scope.host('one'), 'a'),
    apply(ingress(scope, 'shop', { rules: [scope.host('two')] })),
    served(scope.host('two'), 'a'),
    unserved(scope.host('one')),
  ]),
  living('created-again', ['LIF-3'], 'an Ingress that is deleted and created again is served', [], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    remove(ingress(scope, 'shop', { rules: [scope.host()] })),
    unserved(scope.host()),
    apply(ingress(scope, 'shop', { rules: [scope.host()] })),
    served(scope.host(), 'a'),
  ]),
  living('many-changes', ['LIF-3'], 'after ten quick changes the last one counts', [], (scope) => [
    apply(service(scope, 'web', ['a']), service(scope, 'api', ['b'])),
    ...Array.from({ length: 10 }, (_, index) =>
      apply(ingress(scope, 'shop', { rules: [scope.host()], service: index % 2 === 0 ? 'web' : 'api' })),
    ),
    { kind: 'spread', host: scope.host(), backends: ['b'] },
  ]),
  living('address', ['REP-1'], 'the status shows the address once the route is served', ['status'], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    address('shop', scope.vip),
  ]),
  living(
    'address-refused',
    ['REP-1'],
    'an Ingress that is refused shows no address',
    ['status', 'reasons'],
    (scope) => [
      apply(service(scope, 'web', ['a']), ingress(scope, 'shop', { rules: [scope.host()], tls: [] })),
      told('shop', 'TLSNotEnabled'),
      address('shop'),
    ],
  ),
  living(
    'address-cleared',
    ['REP-1', 'SEL-3'],
    'the address goes when passthrough is switched off',
    ['status'],
    (scope) => [
      first(scope),
      address('shop', scope.vip),
      apply(ingress(scope, 'shop', { rules: [scope.host()], annotations: { 'ssl-passthrough': 'false' } })),
      address('shop'),
    ],
  ),
  living('programmed', ['REP-2'], 'the Ingress is told that it is programmed', ['reasons'], (scope) => [
    first(scope),
    served(scope.host(), 'a'),
    told('shop', 'Programmed'),
  ]),
];
