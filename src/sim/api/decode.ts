// Decoding: a JSON value against the schema of its kind, once, at the apiserver's boundary.
// Models what sigs.k8s.io/json and the serializer do: the first wrong type fails with Go's error text,
// unknown fields are dropped and reported, null means absent, quantities and times become canonical.
// A value that is in order already comes back as the same object.
import type { Json, JsonObject } from './json.ts'
import { has, isJsonArray, isJsonObject, setMember, withoutMember } from './json.ts'
import { storedQuantity } from './quantity.ts'
import type { FieldType, ScalarType } from './schema.ts'
import { goTypeName, structFields } from './schema.ts'
import { formatMicroTime, formatTime, parseTime } from './time.ts'
import { isWellFormed } from './well-formed.ts'

export interface Decoded {
  readonly object: JsonObject
  /** `unknown field "spec.foo"`, in the order they stand in the document. */
  readonly strictErrors: readonly string[]
}

export type DecodeResult = Decoded | { readonly error: string }

/** Carries the first wrong type out of the descent; it never leaves this file. */
class UnmarshalError extends Error {}

/**
 * Where the descent stands. The parts are pushed and popped, so that a value without faults costs no text.
 * A field is a string, a list index a number; Go's type errors name the fields alone.
 */
interface Descent {
  readonly parts: (string | number | MapKey)[]
  readonly strictErrors: string[]
}

interface MapKey {
  readonly key: string
}

const NO_ERRORS: readonly string[] = Object.freeze([])

/**
 * `typeName` is the Go name of the type, such as `Pod`. What the value shares with a `trusted` one, which was decoded as
 * this type before, is not looked at again.
 */
export function decode(typeName: string, value: Json, trusted?: object): DecodeResult {
  if (isJsonObject(value) && isWellFormed(typeName, value, trusted))
    return { object: value, strictErrors: NO_ERRORS }
  const strictErrors: string[] = []
  try {
    if (!isJsonObject(value)) {
      throw new UnmarshalError(
        `json: cannot unmarshal ${describe(value)} into Go value of type v1.${typeName}`,
      )
    }
    return { object: decodeStruct(value, typeName, { parts: [], strictErrors }), strictErrors }
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

function decodeStruct(value: JsonObject, name: string, descent: Descent): JsonObject {
  const fields = structFields(name)
  if (fields === undefined) return value
  let copy: Record<string, Json> | undefined
  for (const key of Object.keys(value)) {
    const member = value[key] ?? null
    const type = fields.get(key)
    if (type === undefined || member === null) {
      if (type === undefined) descent.strictErrors.push(`unknown field "${pathOf(descent, key)}"`)
      copy ??= { ...value }
      copy = withoutMember(copy, key)
      continue
    }
    descent.parts.push(key)
    const decoded = decodeValue(member, type, name, descent)
    descent.parts.pop()
    if (decoded === member) continue
    copy ??= { ...value }
    setMember(copy, key, decoded)
  }
  return copy ?? value
}

/** `struct` is the Go type that the field belongs to, which a type error names. */
function decodeValue(value: Json, type: FieldType, struct: string, descent: Descent): Json {
  switch (type.form) {
    case 'struct':
      return isJsonObject(value)
        ? decodeStruct(value, type.name, descent)
        : refuse(value, type, struct, descent)
    case 'list':
      return decodeList(value, type, struct, descent)
    case 'map':
      return decodeMap(value, type, struct, descent)
    case 'scalar':
      return decodeScalar(value, type.scalar, struct, descent)
  }
}

function decodeList(value: Json, type: FieldType & { form: 'list' }, struct: string, descent: Descent): Json {
  if (!isJsonArray(value)) return refuse(value, type, struct, descent)
  let copy: Json[] | undefined
  for (let i = 0; i < value.length; i++) {
    const item = value[i] ?? null
    descent.parts.push(i)
    const decoded = item === null ? zeroValue(type.item) : decodeValue(item, type.item, struct, descent)
    descent.parts.pop()
    if (decoded === item) continue
    copy ??= [...value]
    copy[i] = decoded
  }
  return copy ?? value
}

function decodeMap(value: Json, type: FieldType & { form: 'map' }, struct: string, descent: Descent): Json {
  if (!isJsonObject(value)) return refuse(value, type, struct, descent)
  let copy: Record<string, Json> | undefined
  for (const key of Object.keys(value)) {
    const member = has(value, key) ? (value[key] ?? null) : null
    // No error names the key of a map of scalars, so that only deeper values need it.
    if (type.item.form !== 'scalar') descent.parts.push({ key })
    const decoded = member === null ? zeroValue(type.item) : decodeMember(member, type.item, struct, descent)
    if (type.item.form !== 'scalar') descent.parts.pop()
    if (decoded === member) continue
    copy ??= { ...value }
    setMember(copy, key, decoded)
  }
  return copy ?? value
}

function decodeMember(value: Json, type: FieldType, struct: string, descent: Descent): Json {
  const isQuantity = type.form === 'scalar' && type.scalar === 'quantity'
  return isQuantity ? decodeQuantity(value, true) : decodeValue(value, type, struct, descent)
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

function decodeScalar(value: Json, scalar: ScalarType, struct: string, descent: Descent): Json {
  switch (scalar) {
    case 'any':
      return value
    case 'string':
      return typeof value === 'string' ? value : refuse(value, { form: 'scalar', scalar }, struct, descent)
    case 'bool':
      return typeof value === 'boolean' ? value : refuse(value, { form: 'scalar', scalar }, struct, descent)
    case 'float64':
      return typeof value === 'number' ? value : refuse(value, { form: 'scalar', scalar }, struct, descent)
    case 'int32':
    case 'int64':
      return decodeInteger(value, scalar, struct, descent)
    case 'intOrString':
      return typeof value === 'string' ? value : decodeBareInteger(value)
    case 'quantity':
      return decodeQuantity(value, false)
    case 'bytes':
      return decodeBytes(value, struct, descent)
    case 'time':
    case 'microTime':
      return decodeTime(value, scalar)
  }
}

function decodeInteger(value: Json, scalar: 'int32' | 'int64', struct: string, descent: Descent): Json {
  const fits =
    typeof value === 'number' && Number.isInteger(value) && (scalar === 'int64' || (value | 0) === value)
  if (fits) return value
  const shown = typeof value === 'number' ? `number ${value}` : describe(value)
  throw new UnmarshalError(
    `json: cannot unmarshal ${shown} into Go struct field ${where(struct, descent)} of type ${scalar}`,
  )
}

/** An IntOrString decodes itself, so that its error does not name a field. */
function decodeBareInteger(value: Json): Json {
  if (typeof value === 'number' && (value | 0) === value) return value
  const shown = typeof value === 'number' ? `number ${value}` : describe(value)
  throw new UnmarshalError(`json: cannot unmarshal ${shown} into Go value of type int32`)
}

/** A map of quantities is a ResourceList, whose defaults round up to thousandths. */
function decodeQuantity(value: Json, inResourceList: boolean): Json {
  const stored = storedQuantity(typeof value === 'string' ? value : JSON.stringify(value), inResourceList)
  if ('error' in stored) throw new UnmarshalError(stored.error)
  return stored.text === value ? value : stored.text
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

function decodeBytes(value: Json, struct: string, descent: Descent): Json {
  if (typeof value !== 'string') return refuse(value, { form: 'scalar', scalar: 'bytes' }, struct, descent)
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

function refuse(value: Json, type: FieldType, struct: string, descent: Descent): never {
  const expected = goTypeName(type)
  throw new UnmarshalError(
    `json: cannot unmarshal ${describe(value)} into Go struct field ${where(struct, descent)} of type ${expected}`,
  )
}

function where(struct: string, descent: Descent): string {
  const fields = descent.parts.filter((part) => typeof part === 'string')
  return [struct, ...fields].join('.')
}

/** The path of a member, as strict errors print it: `spec.containers[0].imgae`. */
function pathOf(descent: Descent, member: string): string {
  let path = ''
  for (const part of [...descent.parts, member]) {
    if (typeof part === 'number') path += `[${part}]`
    else path += `${path === '' ? '' : '.'}${typeof part === 'string' ? part : part.key}`
  }
  return path
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
