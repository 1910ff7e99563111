import { present } from '../../contract/index.ts';
import type {
  GatewayKind,
  GatewayMeta,
  GatewayObject,
  K8sGateway,
  K8sGatewayClass,
  K8sLabelExpression,
  K8sLabelSelector,
  K8sListener,
  K8sParametersRef,
  K8sParentRef,
  K8sReferenceGrant,
  K8sTlsRoute,
} from '../../gateway/kubernetes.ts';
import { OWN_PREFIX } from '../../ingress/own-annotations.ts';
import { FieldReader, type Note } from './field-reader.ts';

/**
 * Reduces unknown values to objects of the Gateway API with the fields that the rules read (`lib/gateway/kubernetes.ts`).
 * What cannot be read never admits more than what was meant: an unreadable entry of a permission is left out, and an
 * unreadable restriction admits nothing.
 */

const GROUP = 'gateway.networking.k8s.io';

/** The versions in which each kind is read; the first is the one to write. All versions of a kind have the same fields. */
export const GATEWAY_VERSIONS: Readonly<Record<GatewayKind, readonly string[]>> = {
  GatewayClass: [`${GROUP}/v1`, `${GROUP}/v1beta1`],
  Gateway: [`${GROUP}/v1`, `${GROUP}/v1beta1`],
  TLSRoute: [`${GROUP}/v1`],
  ReferenceGrant: [`${GROUP}/v1`, `${GROUP}/v1beta1`],
  Namespace: ['v1'],
};

const CLUSTER_SCOPED: ReadonlySet<GatewayKind> = new Set(['GatewayClass', 'Namespace']);

type Reader<T> = (item: FieldReader) => T;

/** Reads a value as a whole: undefined if any of its fields has a wrong type, which is noted. */
function whole<T>(reader: FieldReader, note: Note, read: Reader<T>): T | undefined {
  let broken = false;
  const strict = new FieldReader(
    reader.value,
    (path, message) => {
      broken = true;
      note(path, message);
    },
    reader.path,
  );
  const value = strict.mapping() === undefined ? undefined : read(strict);
  return broken ? undefined : value;
}

/** Reads a list whose unreadable items are left out. */
function items<T>(reader: FieldReader, note: Note, read: Reader<T>): T[] | undefined {
  return reader.list((item) => whole(item, note, read));
}

/** Reads a list whose unreadable items stay as `instead`, so that they count. */
function kept<T>(reader: FieldReader, note: Note, read: Reader<T>, instead: T): T[] | undefined {
  return reader.list((item) => whole(item, note, read) ?? instead);
}

function readMeta(kind: GatewayKind, top: FieldReader): GatewayMeta {
  const meta = top.at('metadata');
  const annotations = meta.at('annotations').texts((key) => key.startsWith(OWN_PREFIX));
  return present({
    name: meta.at('name').text() ?? '',
    namespace: CLUSTER_SCOPED.has(kind) ? '' : (meta.at('namespace').text() ?? 'default'),
    uid: meta.at('uid').text(),
    creationTimestamp: meta.at('creationTimestamp').text(),
    generation: meta.at('generation').integer(),
    annotations: annotations !== undefined && Object.keys(annotations).length > 0 ? annotations : undefined,
    labels: kind === 'Namespace' ? meta.at('labels').texts(() => true) : undefined,
  });
}

/** Reads parameters; those that cannot be read are there, too. */
function readParameters(reader: FieldReader): K8sParametersRef | undefined {
  if (!reader.present) return undefined;
  return present({ group: reader.at('group').text(), kind: reader.at('kind').text(), name: reader.at('name').text() });
}

function readClass(metadata: GatewayMeta, top: FieldReader): K8sGatewayClass {
  const spec = top.at('spec');
  return {
    kind: 'GatewayClass',
    metadata,
    spec: present({
      controllerName: spec.at('controllerName').text(),
      parametersRef: readParameters(spec.at('parametersRef')),
    }),
  };
}

/** Reads a selector. One that cannot be read as a whole is absent, and so selects nothing. */
function readSelector(reader: FieldReader, note: Note): K8sLabelSelector | undefined {
  if (!reader.present) return undefined;
  return whole(reader, note, (selector) =>
    present({
      matchLabels: selector.at('matchLabels').texts(() => true),
      matchExpressions: selector.at('matchExpressions').list((each): K8sLabelExpression => {
        each.mapping();
        return present({
          key: each.at('key').text(),
          operator: each.at('operator').text(),
          values: each.at('values').list((value) => value.text()),
        });
      }),
    }),
  );
}

/** Reads text that restricts something; what cannot be read is a text that nothing matches. */
function restriction(reader: FieldReader): string | undefined {
  return reader.present ? (reader.text() ?? '') : undefined;
}

function readListener(listener: FieldReader, note: Note): K8sListener {
  listener.mapping();
  const tls = listener.at('tls').mapping();
  const allowed = listener.at('allowedRoutes').mapping();
  const namespaces = allowed?.at('namespaces').mapping();
  return present({
    name: listener.at('name').text(),
    hostname: restriction(listener.at('hostname')),
    port: listener.at('port').integer(),
    protocol: listener.at('protocol').text(),
    tls:
      tls &&
      present({
        mode: restriction(tls.at('mode')),
        certificateRefs: kept(
          tls.at('certificateRefs'),
          note,
          (ref) =>
            present({
              group: ref.at('group').text(),
              kind: ref.at('kind').text(),
              name: ref.at('name').text(),
              namespace: ref.at('namespace').text(),
            }),
          {},
        ),
      }),
    allowedRoutes:
      allowed &&
      present({
        namespaces:
          namespaces &&
          present({
            from: restriction(namespaces.at('from')),
            selector: readSelector(namespaces.at('selector'), note),
          }),
        kinds: kept(
          allowed.at('kinds'),
          note,
          (kind) => present({ group: kind.at('group').text(), kind: kind.at('kind').text() }),
          { kind: '' },
        ),
      }),
  });
}

function readGateway(metadata: GatewayMeta, top: FieldReader, note: Note): K8sGateway {
  const spec = top.at('spec').mapping() ?? top.at('spec');
  return {
    kind: 'Gateway',
    metadata,
    spec: present({
      gatewayClassName: spec.at('gatewayClassName').text(),
      listeners: spec.at('listeners').list((listener) => readListener(listener, note)),
      addresses: kept(
        spec.at('addresses'),
        note,
        (address) => present({ type: address.at('type').text(), value: address.at('value').text() }),
        { type: '' },
      ),
      parametersRef: readParameters(spec.at('infrastructure').at('parametersRef')),
    }),
  };
}

function readRoute(metadata: GatewayMeta, top: FieldReader, note: Note): K8sTlsRoute {
  const spec = top.at('spec').mapping() ?? top.at('spec');
  return {
    kind: 'TLSRoute',
    metadata,
    spec: present({
      parentRefs: items(
        spec.at('parentRefs'),
        note,
        (ref): K8sParentRef =>
          present({
            group: ref.at('group').text(),
            kind: ref.at('kind').text(),
            namespace: ref.at('namespace').text(),
            name: ref.at('name').text(),
            sectionName: ref.at('sectionName').text(),
            port: ref.at('port').integer(),
          }),
      ),
      hostnames: spec.at('hostnames').list((hostname) => hostname.text()),
      rules: spec.at('rules').list((rule) => {
        rule.mapping();
        return present({
          backendRefs: kept(
            rule.at('backendRefs'),
            note,
            (ref) =>
              present({
                group: ref.at('group').text(),
                kind: ref.at('kind').text(),
                namespace: ref.at('namespace').text(),
                name: ref.at('name').text(),
                port: ref.at('port').integer(),
                weight: ref.at('weight').integer(),
              }),
            {},
          ),
        });
      }),
    }),
  };
}

function readGrant(metadata: GatewayMeta, top: FieldReader, note: Note): K8sReferenceGrant {
  const spec = top.at('spec').mapping() ?? top.at('spec');
  return {
    kind: 'ReferenceGrant',
    metadata,
    spec: present({
      from: items(spec.at('from'), note, (from) =>
        present({
          group: from.at('group').text(),
          kind: from.at('kind').text(),
          namespace: from.at('namespace').text(),
        }),
      ),
      to: items(spec.at('to'), note, (to) =>
        present({ group: to.at('group').text(), kind: to.at('kind').text(), name: to.at('name').text() }),
      ),
    }),
  };
}

const READERS: Readonly<Record<GatewayKind, (metadata: GatewayMeta, top: FieldReader, note: Note) => GatewayObject>> = {
  GatewayClass: readClass,
  Gateway: readGateway,
  TLSRoute: readRoute,
  ReferenceGrant: readGrant,
  Namespace: (metadata) => ({ kind: 'Namespace', metadata }),
};

/**
 * Projects one object. It never throws; a missing name becomes an empty one.
 *
 * @param note takes problems with fields of a wrong type, with their path within `raw`.
 */
export function projectGatewayObject(kind: GatewayKind, raw: unknown, note: Note): GatewayObject {
  const top = new FieldReader(raw, note);
  return READERS[kind](readMeta(kind, top), top, note);
}
