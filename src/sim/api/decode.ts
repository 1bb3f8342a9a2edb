// Decoding: a JSON value against the schema of its kind, once, at the apiserver's boundary.
// Models what sigs.k8s.io/json and the serializer do: the first wrong type fails with Go's error text,
// unknown fields are dropped and reported, null means absent, quantities and times become canonical.
// A value that is in order already comes back as the same object.
import type { Json, JsonObject } from './json.ts'
import { has, isJsonArray, isJsonObject, setMember } from './json.ts'
import { formatQuantity, isQuantityError, parseQuantity } from './quantity.ts'
import type { FieldType, ScalarType } from './schema.ts'
import { goTypeName, structFields } from './schema.ts'
import { formatMicroTime, formatTime, parseTime } from './time.ts'

export interface Decoded {
  readonly object: JsonObject
  /** `unknown field "spec.foo"`, in the order they stand in the document. */
  readonly strictErrors: readonly string[]
}

export type DecodeResult = Decoded | { readonly error: string }

/** Carries the first wrong type out of the descent; it never leaves this file. */
class UnmarshalError extends Error {}

/** Where a field stands: Go names the innermost struct and the path of fields, without list indexes. */
interface Place {
  readonly struct: string
  /** Fields from the root, as Go's type errors print them. */
  readonly fields: string
  /** Fields and indexes from the root, as strict errors print them. */
  readonly path: string
}

/** `typeName` is the Go name of the type, such as `Pod`. */
export function decode(typeName: string, value: Json): DecodeResult {
  const strictErrors: string[] = []
  try {
    if (!isJsonObject(value)) {
      throw new UnmarshalError(
        `json: cannot unmarshal ${describe(value)} into Go value of type v1.${typeName}`,
      )
    }
    const root = { struct: typeName, fields: '', path: '' }
    return { object: decodeStruct(value, typeName, root, strictErrors), strictErrors }
  } catch (error) {
    if (error instanceof UnmarshalError) return { error: error.message }
    throw error
  }
}

/** The text of a strict failure: `strict decoding error: unknown field "spec.foo", unknown field "x"`. */
export function strictDecodingError(strictErrors: readonly string[]): string {
  return `strict decoding error: ${strictErrors.join(', ')}`
}

/** How the apiserver words a body that it cannot take: status 400 with this message. */
export function cannotBeHandled(kind: string, version: string, cause: string): string {
  return `${kind} in version "${version}" cannot be handled as a ${kind}: ${cause}`
}

function decodeStruct(value: JsonObject, name: string, place: Place, strictErrors: string[]): JsonObject {
  const fields = structFields(name)
  if (fields === undefined) return value
  let copy: Record<string, Json> | undefined
  for (const key of Object.keys(value)) {
    const member = value[key] ?? null
    const type = fields.get(key)
    if (type === undefined) {
      strictErrors.push(`unknown field "${place.path}${key}"`)
      copy ??= { ...value }
      delete copy[key]
      continue
    }
    if (member === null) {
      copy ??= { ...value }
      delete copy[key]
      continue
    }
    const at = { struct: name, fields: `${place.fields}.${key}`, path: `${place.path}${key}` }
    const decoded = decodeValue(member, type, at, strictErrors)
    if (decoded === member) continue
    copy ??= { ...value }
    setMember(copy, key, decoded)
  }
  return copy ?? value
}

function decodeValue(value: Json, type: FieldType, place: Place, strictErrors: string[]): Json {
  switch (type.form) {
    case 'struct':
      if (!isJsonObject(value)) return refuse(value, type, place)
      return decodeStruct(value, type.name, { ...place, path: `${place.path}.` }, strictErrors)
    case 'list':
      return decodeList(value, type, place, strictErrors)
    case 'map':
      return decodeMap(value, type, place, strictErrors)
    case 'scalar':
      return decodeScalar(value, type.scalar, place)
  }
}

function decodeList(
  value: Json,
  type: FieldType & { form: 'list' },
  place: Place,
  strictErrors: string[],
): Json {
  if (!isJsonArray(value)) return refuse(value, type, place)
  let copy: Json[] | undefined
  for (let i = 0; i < value.length; i++) {
    const item = value[i] ?? null
    const at = { ...place, path: `${place.path}[${i}]` }
    const decoded = item === null ? zeroValue(type.item) : decodeValue(item, type.item, at, strictErrors)
    if (decoded === item) continue
    copy ??= [...value]
    copy[i] = decoded
  }
  return copy ?? value
}

function decodeMap(
  value: Json,
  type: FieldType & { form: 'map' },
  place: Place,
  strictErrors: string[],
): Json {
  if (!isJsonObject(value)) return refuse(value, type, place)
  let copy: Record<string, Json> | undefined
  for (const key of Object.keys(value)) {
    const member = has(value, key) ? (value[key] ?? null) : null
    const at = { ...place, path: `${place.path}.${key}` }
    const decoded = member === null ? zeroValue(type.item) : decodeValue(member, type.item, at, strictErrors)
    if (decoded === member) continue
    copy ??= { ...value }
    setMember(copy, key, decoded)
  }
  return copy ?? value
}

/** What Go makes of a null inside a list or a map. */
function zeroValue(type: FieldType): Json {
  if (type.form === 'list') return []
  if (type.form !== 'scalar') return {}
  switch (type.scalar) {
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'float64':
    case 'intOrString':
      return 0
    case 'quantity':
      return '0'
    case 'any':
      return null
    case 'string':
    case 'time':
    case 'microTime':
    case 'bytes':
      return ''
  }
}

function decodeScalar(value: Json, scalar: ScalarType, place: Place): Json {
  switch (scalar) {
    case 'any':
      return value
    case 'string':
      return typeof value === 'string' ? value : refuse(value, { form: 'scalar', scalar }, place)
    case 'bool':
      return typeof value === 'boolean' ? value : refuse(value, { form: 'scalar', scalar }, place)
    case 'float64':
      return typeof value === 'number' ? value : refuse(value, { form: 'scalar', scalar }, place)
    case 'int32':
    case 'int64':
      return decodeInteger(value, scalar, place)
    case 'intOrString':
      return typeof value === 'string' ? value : decodeBareInteger(value)
    case 'quantity':
      return decodeQuantity(value)
    case 'bytes':
      return decodeBytes(value, place)
    case 'time':
    case 'microTime':
      return decodeTime(value, scalar)
  }
}

function decodeInteger(value: Json, scalar: 'int32' | 'int64', place: Place): Json {
  const fits =
    typeof value === 'number' && Number.isInteger(value) && (scalar === 'int64' || (value | 0) === value)
  if (fits) return value
  const shown = typeof value === 'number' ? `number ${value}` : describe(value)
  throw new UnmarshalError(
    `json: cannot unmarshal ${shown} into Go struct field ${where(place)} of type ${scalar}`,
  )
}

/** An IntOrString decodes itself, so that its error does not name a field. */
function decodeBareInteger(value: Json): Json {
  if (typeof value === 'number' && (value | 0) === value) return value
  const shown = typeof value === 'number' ? `number ${value}` : describe(value)
  throw new UnmarshalError(`json: cannot unmarshal ${shown} into Go value of type int32`)
}

function decodeQuantity(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const parsed = parseQuantity(text)
  if (isQuantityError(parsed)) throw new UnmarshalError(parsed.error)
  const canonical = formatQuantity(parsed)
  return canonical === value ? value : canonical
}

function decodeTime(value: Json, scalar: 'time' | 'microTime'): Json {
  const layout = scalar === 'time' ? '2006-01-02T15:04:05Z07:00' : '2006-01-02T15:04:05.000000Z07:00'
  if (typeof value !== 'string') {
    throw new UnmarshalError(`json: cannot unmarshal ${describe(value)} into Go value of type string`)
  }
  const micros = parseTime(value)
  if (micros === undefined) {
    throw new UnmarshalError(
      `parsing time ${JSON.stringify(value)} as "${layout}": cannot parse ${JSON.stringify(value)} as "2006"`,
    )
  }
  const canonical = scalar === 'time' ? formatTime(micros) : formatMicroTime(micros)
  return canonical === value ? value : canonical
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function decodeBytes(value: Json, place: Place): Json {
  if (typeof value !== 'string') return refuse(value, { form: 'scalar', scalar: 'bytes' }, place)
  const compact = value.replace(/[\r\n]/g, '')
  if (BASE64.test(compact)) return compact === value ? value : compact
  throw new UnmarshalError(`illegal base64 data at input byte ${firstBadByte(compact)}`)
}

function firstBadByte(text: string): number {
  const bad = text.search(/[^A-Za-z0-9+/=]/)
  if (bad >= 0) return bad
  const padding = text.indexOf('=')
  return padding >= 0 && padding % 4 < 2 ? padding : text.length - (text.length % 4)
}

function refuse(value: Json, type: FieldType, place: Place): never {
  const expected = goTypeName(type)
  throw new UnmarshalError(
    `json: cannot unmarshal ${describe(value)} into Go struct field ${where(place)} of type ${expected}`,
  )
}

function where(place: Place): string {
  return `${place.struct}${place.fields}`
}

function describe(value: Json): string {
  if (value === null) return 'null'
  if (isJsonArray(value)) return 'array'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'object':
      return 'object'
    default:
      return typeof value
  }
}
