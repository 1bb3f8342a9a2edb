// Field tables of the API types: the wire schema that decoding and patching walk.
import { SCHEMA_TEXT } from './schema.generated.ts'

export type ScalarType =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'time'
  | 'microTime'
  | 'intOrString'
  | 'quantity'
  | 'bytes'
  | 'any'

export type FieldType =
  | { readonly form: 'scalar'; readonly scalar: ScalarType }
  | { readonly form: 'list'; readonly item: FieldType }
  | { readonly form: 'map'; readonly item: FieldType }
  | { readonly form: 'struct'; readonly name: string }

export type StructFields = ReadonlyMap<string, FieldType>

const SCALARS: Readonly<Record<string, ScalarType>> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  f: 'float64',
  t: 'time',
  T: 'microTime',
  I: 'intOrString',
  q: 'quantity',
  y: 'bytes',
  a: 'any',
}

function parseSchema(text: string): ReadonlyMap<string, StructFields> {
  const structs = new Map<string, StructFields>()
  for (const line of text.split('\n')) {
    const [name, ...fields] = line.split(' ')
    if (name === undefined || name === '') continue
    structs.set(name, new Map(fields.map(parseField)))
  }
  return structs
}

function parseField(field: string): readonly [string, FieldType] {
  const colon = field.indexOf(':')
  return [field.slice(0, colon), parseType(field.slice(colon + 1))]
}

function parseType(code: string): FieldType {
  if (code.startsWith('[')) return { form: 'list', item: parseType(code.slice(1, -1)) }
  if (code.startsWith('{')) return { form: 'map', item: parseType(code.slice(1, -1)) }
  const scalar = SCALARS[code]
  return scalar === undefined ? { form: 'struct', name: code } : { form: 'scalar', scalar }
}

const STRUCTS: ReadonlyMap<string, StructFields> = parseSchema(SCHEMA_TEXT)

/** The fields of a type by its Go name, such as `PodSpec`. */
export function structFields(name: string): StructFields | undefined {
  return STRUCTS.get(name)
}

/** How a Go error names the type, such as `[]v1.Container` or `map[string]string`. */
export function goTypeName(type: FieldType): string {
  switch (type.form) {
    case 'struct':
      return `v1.${type.name}`
    case 'list':
      return `[]${goTypeName(type.item)}`
    case 'map':
      return `map[string]${goTypeName(type.item)}`
    case 'scalar':
      return GO_SCALARS[type.scalar]
  }
}

const GO_SCALARS: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float64: 'float64',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  intOrString: 'intstr.IntOrString',
  quantity: 'resource.Quantity',
  bytes: '[]uint8',
  any: 'interface {}',
}
