import type { K8sTlsRoute } from '../../gateway/kubernetes.ts';
import type { K8sEndpointSlice, K8sIngress, K8sService } from '../../ingress/kubernetes.ts';
import { RowText } from './row-text.ts';

/** Objects of which a cluster has thousands. */
export type PackableObject = K8sIngress | K8sService | K8sEndpointSlice | K8sTlsRoute;
type PackableKind = PackableObject['kind'];

/** Fields of all kinds together. */
type Fields = Pick<PackableObject, 'kind'> &
  Omit<PackableObject, 'kind'> & { readonly spec?: unknown } & Partial<Omit<K8sEndpointSlice, 'kind'>>;

const rows = new RowText();

/** The object of each kind that was read last: a rule reads many fields of one object, then those of the next. */
const last = new Map<PackableKind, { readonly of: PackedObject; readonly fields: Fields }>();

/**
 * An object as text, parsed when a field is read: it takes a fifth of the memory of an object. Objects of a kind with equal
 * texts are deeply equal. Its fields are not its own properties, which rules about untrusted objects expect: {@link unpacked}
 * returns an object that has them.
 */
abstract class PackedObject {
  abstract readonly kind: PackableKind;
  readonly text: string;

  constructor(fields: object) {
    this.text = rows.write(fields);
  }

  get metadata(): Fields['metadata'] {
    return fieldsOf(this).metadata;
  }

  get spec(): unknown {
    return fieldsOf(this).spec;
  }

  get addressType(): K8sEndpointSlice['addressType'] {
    return fieldsOf(this).addressType;
  }

  get endpoints(): K8sEndpointSlice['endpoints'] {
    return fieldsOf(this).endpoints;
  }

  get ports(): K8sEndpointSlice['ports'] {
    return fieldsOf(this).ports;
  }

  toJSON(): object {
    return fieldsOf(this);
  }
}

function fieldsOf(object: PackedObject): Fields {
  const { kind, text } = object;
  const known = last.get(kind);
  if (known?.of === object) return known.fields;
  const fields = { kind, ...(rows.read(text) as Omit<Fields, 'kind'>) };
  last.set(kind, { of: object, fields });
  return fields;
}

/** One class for each kind: a field for it would take 8 bytes of each object. */
const CLASSES: Readonly<Record<PackableKind, new (fields: object) => PackedObject>> = {
  Ingress: class extends PackedObject {
    get kind() {
      return 'Ingress' as const;
    }
  },
  Service: class extends PackedObject {
    get kind() {
      return 'Service' as const;
    }
  },
  EndpointSlice: class extends PackedObject {
    get kind() {
      return 'EndpointSlice' as const;
    }
  },
  TLSRoute: class extends PackedObject {
    get kind() {
      return 'TLSRoute' as const;
    }
  },
};

/** Returns whether objects of a kind are packed: of the others, a cluster has few, or all are read at once. */
export function isPackable(object: { readonly kind: string }): object is PackableObject {
  return Object.hasOwn(CLASSES, object.kind);
}

/** Returns a copy of the object that is kept as text. */
export function packed<T extends PackableObject>(object: T): T {
  const { kind, ...fields } = object;
  return new CLASSES[kind](fields) as unknown as T;
}

/** Returns the object itself with all of its fields, whether it is packed or not. It must not be kept. */
export function unpacked<T extends object>(object: T): T {
  return object instanceof PackedObject ? (fieldsOf(object) as unknown as T) : object;
}
