import { objectOf, type SourceKind } from '../../contract/index.ts';

interface NamedObject {
  readonly kind: SourceKind;
  readonly namespace: string;
  readonly name: string;
}

/** Returns the object that a name of the cluster stands for: `shop/web` is an Ingress, `shop/tlsroute/web` a TLSRoute. */
export function namedObject(name: string): NamedObject {
  const slash = name.indexOf('/');
  return { namespace: name.slice(0, slash), ...objectOf({ name: name.slice(slash + 1) }) };
}

/** Returns the words that name an object to kubectl: `tlsroute -n shop web`. */
export function kubectlWords(name: string): string {
  const { kind, namespace, name: own } = namedObject(name);
  return `${kind.toLowerCase()} -n ${namespace} ${own}`;
}
