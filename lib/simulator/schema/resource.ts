type SchemaType = 'str' | 'int' | 'bool' | 'list';

/** An attribute as in the vendor's machine-readable schema. */
export interface AttributeSchema {
  readonly name: string;
  readonly type: SchemaType;
  readonly add: boolean;
  readonly update: boolean;
  readonly unset: boolean;
  readonly choices: readonly string[] | undefined;
}

/** A NITRO resource: its operations, its key, its attributes. */
export interface ResourceSchema {
  readonly kind: string;
  /** Attribute that names an object; empty for singletons. */
  readonly key: string;
  readonly singleton: boolean;
  readonly operations: ReadonlySet<string>;
  readonly deleteArgs: readonly string[];
  readonly getArgs: readonly string[];
  /** Maps lower-case names to attributes. */
  readonly attributes: ReadonlyMap<string, AttributeSchema>;
  /** Attributes that are shown and cannot be set: lower-case name → type. */
  readonly readOnly: ReadonlyMap<string, string>;
}

/** A resource as `resources.json` writes it: `"str add update unset =A|B"`. */
export interface ResourceText {
  key: string;
  operations: string;
  attributes: Readonly<Record<string, string>>;
  readOnly?: Readonly<Record<string, string>>;
  deleteArgs?: string;
  getArgs?: string;
  singleton?: boolean;
}

const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '');

function parseAttribute(name: string, text: string): AttributeSchema {
  const [type, ...flags] = words(text);
  const choices = flags.find((flag) => flag.startsWith('='));
  return {
    name,
    type: type as SchemaType,
    add: flags.includes('add'),
    update: flags.includes('update'),
    unset: flags.includes('unset'),
    choices: choices?.slice(1).split('|'),
  };
}

/** Reads a resource from its text form. */
export function parseResource(kind: string, text: ResourceText): ResourceSchema {
  return {
    kind,
    key: text.key,
    singleton: text.singleton ?? false,
    operations: new Set(words(text.operations)),
    deleteArgs: words(text.deleteArgs),
    getArgs: words(text.getArgs),
    attributes: new Map(
      Object.entries(text.attributes).map(([name, attribute]) => [name, parseAttribute(name, attribute)]),
    ),
    readOnly: new Map(Object.entries(text.readOnly ?? {}).map(([name, type]) => [name.toLowerCase(), type])),
  };
}
