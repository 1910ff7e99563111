import { present } from '../../contract/index.ts';
import {
  ACME_SOLVER_LABEL,
  type K8sBackend,
  type K8sEndpointSlice,
  type K8sIngress,
  type K8sIngressClass,
  type K8sKind,
  type K8sNode,
  type K8sObject,
  type K8sService,
  type ObjectMeta,
  SERVICE_NAME_LABEL,
} from '../../ingress/kubernetes.ts';
import { FieldReader, type Note, renderPath } from './field-reader.ts';

/**
 * Reduces unknown values to Kubernetes objects with the fields that the rules read (`lib/ingress/kubernetes.ts`). All
 * sources use it, so that the objects of manifests and of the API server are alike.
 */

/** The `apiVersion` in which each kind is read. */
export const API_VERSIONS: Readonly<Record<K8sKind, string>> = {
  Ingress: 'networking.k8s.io/v1',
  IngressClass: 'networking.k8s.io/v1',
  Service: 'v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  Node: 'v1',
};

const CLUSTER_SCOPED: ReadonlySet<K8sKind> = new Set(['IngressClass', 'Node']);

/** kubectl's copy of the whole manifest: as large as the rest of the object, and never read. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Selects the annotations of a kind that are kept. */
const ANNOTATIONS: Readonly<Record<K8sKind, (key: string) => boolean>> = {
  Ingress: (key) => key !== LAST_APPLIED,
  IngressClass: (key) => key.startsWith('ingressclass.kubernetes.io/'),
  Service: () => false,
  EndpointSlice: () => false,
  Node: () => false,
};

/** The one label of a kind that is kept. */
const LABELS: Readonly<Partial<Record<K8sKind, string>>> = {
  Ingress: ACME_SOLVER_LABEL,
  EndpointSlice: SERVICE_NAME_LABEL,
};

const nonEmpty = <T extends object>(fields: T | undefined): T | undefined =>
  fields !== undefined && Object.keys(fields).length > 0 ? fields : undefined;

function readTimestamp(reader: FieldReader, note: Note): string | undefined {
  const text = reader.text();
  if (text === undefined || !Number.isNaN(Date.parse(text))) return text;
  note(reader.path, `metadata.creationTimestamp ${JSON.stringify(text.slice(0, 64))} is not a date: the epoch is used`);
  return undefined;
}

function readMeta(kind: K8sKind, top: FieldReader, note: Note): ObjectMeta {
  const meta = top.at('metadata');
  const label = LABELS[kind];
  return present({
    name: meta.at('name').text() ?? '',
    namespace: CLUSTER_SCOPED.has(kind) ? '' : (meta.at('namespace').text() ?? 'default'),
    uid: meta.at('uid').text(),
    creationTimestamp: readTimestamp(meta.at('creationTimestamp'), note),
    annotations: nonEmpty(meta.at('annotations').texts(ANNOTATIONS[kind])),
    labels: label === undefined ? undefined : nonEmpty(meta.at('labels').texts((key) => key === label)),
  });
}

function readBackend(reader: FieldReader): K8sBackend | undefined {
  const backend = reader.mapping();
  if (backend === undefined) return undefined;
  const service = backend.at('service').mapping();
  const port = service?.at('port').mapping();
  const resource = backend.at('resource').mapping();
  return present({
    service:
      service &&
      present({
        name: service.at('name').text(),
        port: port && present({ number: port.at('number').integer(), name: port.at('name').text() }),
      }),
    resource:
      resource &&
      present({
        apiGroup: resource.at('apiGroup').text(),
        kind: resource.at('kind').text(),
        name: resource.at('name').text(),
      }),
  });
}

/** Notes annotations one level too far out: nothing reads them there, and the API server refuses the field. */
function noteMisplaced(top: FieldReader, note: Note): void {
  for (const parent of [top, top.at('spec')]) {
    const { present: there, path } = parent.at('annotations');
    if (there) note(path, `${renderPath(path)} is not a field of an Ingress and has no effect (put it under metadata)`);
  }
  for (const parent of [top, top.at('metadata')]) {
    for (const key of parent.keys().filter((each) => each.includes('/'))) {
      const path = [...parent.path, key];
      note(
        path,
        `${renderPath(path)} is not a field of an Ingress and has no effect (put it under metadata.annotations)`,
      );
    }
  }
}

function readIngress(metadata: ObjectMeta, top: FieldReader, note: Note): K8sIngress {
  noteMisplaced(top, note);
  const spec = top.at('spec').mapping() ?? top.at('spec');
  return {
    kind: 'Ingress',
    metadata,
    spec: present({
      ingressClassName: spec.at('ingressClassName').text(),
      defaultBackend: readBackend(spec.at('defaultBackend')),
      rules: spec.at('rules').list((rule) => {
        const http = rule.mapping()?.at('http').mapping();
        return present({
          host: rule.at('host').text(),
          http:
            http &&
            present({
              paths: http.at('paths').list((path) => {
                path.mapping();
                return present({
                  path: path.at('path').text(),
                  pathType: path.at('pathType').text(),
                  backend: readBackend(path.at('backend')),
                });
              }),
            }),
        });
      }),
      tls: spec.at('tls').list((entry) => {
        // An unreadable entry must not become one without hosts, which covers all (VAL-3).
        const hosts = entry.at('hosts');
        const list = hosts.list((host) => host.text());
        const readable = entry.mapping() !== undefined && (list !== undefined || !hosts.present);
        return readable ? present({ hosts: list }) : undefined;
      }),
    }),
  };
}

function readService(metadata: ObjectMeta, top: FieldReader): K8sService {
  const spec = top.at('spec').mapping() ?? top.at('spec');
  return {
    kind: 'Service',
    metadata,
    spec: present({
      type: spec.at('type').text(),
      clusterIP: spec.at('clusterIP').text(),
      externalTrafficPolicy: spec.at('externalTrafficPolicy').text(),
      ports: spec.at('ports').list((port) =>
        present({
          name: port.at('name').text(),
          port: port.at('port').integer(),
          targetPort: port.at('targetPort').integerOrText(),
          nodePort: port.at('nodePort').integer(),
          protocol: port.at('protocol').text(),
        }),
      ),
    }),
  };
}

function readEndpointSlice(metadata: ObjectMeta, top: FieldReader): K8sEndpointSlice {
  return {
    kind: 'EndpointSlice',
    metadata,
    ...present({
      addressType: top.at('addressType').text(),
      endpoints: top.at('endpoints').list((endpoint) => {
        const conditions = endpoint.at('conditions').mapping();
        return present({
          addresses: endpoint.at('addresses').list((address) => address.text()),
          conditions:
            conditions &&
            present({
              ready: conditions.at('ready').boolean(),
              serving: conditions.at('serving').boolean(),
              terminating: conditions.at('terminating').boolean(),
            }),
          nodeName: endpoint.at('nodeName').text(),
        });
      }),
      ports: top.at('ports').list((port) =>
        present({
          name: port.at('name').text(),
          port: port.at('port').integer(),
          protocol: port.at('protocol').text(),
        }),
      ),
    }),
  };
}

function readNode(metadata: ObjectMeta, top: FieldReader): K8sNode {
  const unschedulable = top.at('spec').at('unschedulable').boolean();
  const status = top.at('status').mapping();
  return {
    kind: 'Node',
    metadata,
    ...present({
      spec: unschedulable === undefined ? undefined : { unschedulable },
      status:
        status &&
        present({
          addresses: status
            .at('addresses')
            .list((address) => present({ type: address.at('type').text(), address: address.at('address').text() })),
          // Other conditions carry heartbeats and do not concern traffic.
          conditions: status.at('conditions').list((condition) => {
            const type = condition.at('type').text();
            return type === 'Ready' ? present({ type, status: condition.at('status').text() }) : undefined;
          }),
        }),
    }),
  };
}

function readIngressClass(metadata: ObjectMeta, top: FieldReader): K8sIngressClass {
  return {
    kind: 'IngressClass',
    metadata,
    spec: present({ controller: top.at('spec').at('controller').text() }),
  };
}

const READERS: Readonly<Record<K8sKind, (metadata: ObjectMeta, top: FieldReader, note: Note) => K8sObject>> = {
  Ingress: readIngress,
  IngressClass: readIngressClass,
  Service: readService,
  EndpointSlice: readEndpointSlice,
  Node: readNode,
};

/**
 * Projects one object. It never throws; a missing name becomes an empty one.
 *
 * @param note takes problems with fields of a wrong type, with their path within `raw`.
 */
export function projectObject(kind: K8sKind, raw: unknown, note: Note): K8sObject {
  const top = new FieldReader(raw, note);
  return READERS[kind](readMeta(kind, top, note), top, note);
}
