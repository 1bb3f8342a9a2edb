// Whether a JSON value is what decoding would make of it anyway, as nearly everything is that the cluster's own components
// send: only known fields, right types, no null, canonical quantities and times. It needs no copy, no path and no text.
import type { Json, JsonObject } from './json.ts'
import { isJsonArray, isJsonObject } from './json.ts'
import { storedQuantity } from './quantity.ts'
import type { FieldType, ScalarType, StructFields } from './schema.ts'
import { structFields } from './schema.ts'
import { isCanonicalMicroTime, isCanonicalTime } from './time.ts'

/** @param trusted a value of the same type that was decoded before: what is shared with it is not looked at again */
type Check = (value: unknown, trusted: unknown) => boolean

/** `typeName` is the Go name of the type, such as `Pod`. */
export function isWellFormed(typeName: string, value: object, trusted: object | undefined): boolean {
  return structCheck(typeName)(value, trusted)
}

// cache: the check of a type, by the table of its fields.
const structChecks = new WeakMap<StructFields, Check>()

function structCheck(name: string): Check {
  const types = structFields(name)
  // A type without a table is taken as it is.
  if (types === undefined) return isJsonObject
  const known = structChecks.get(types)
  if (known !== undefined) return known
  const check = makeStructCheck(types)
  structChecks.set(types, check)
  return check
}

/** Types with more fields than this are long to check, and travel unchanged in many objects: the specs of Pods. */
const MANY_FIELDS = 30

function makeStructCheck(types: StructFields): Check {
  // Types refer to each other, so that their checks are made when they are first needed.
  let fields: ReadonlyMap<string, Check> | undefined
  const check: Check = (value, trusted) => {
    if (!isJsonObject(value)) return false
    fields ??= new Map([...types].map(([field, type]) => [field, checkOf(type)]))
    return isJsonObject(trusted) ? checkChanges(fields, value, trusted) : checkAll(fields, value)
  }
  return types.size > MANY_FIELDS ? remembering(check) : check
}

function checkAll(fields: ReadonlyMap<string, Check>, value: JsonObject): boolean {
  for (const key in value) {
    const check = fields.get(key)
    if (check === undefined || !check(value[key], undefined)) return false
  }
  return true
}

function checkChanges(fields: ReadonlyMap<string, Check>, value: JsonObject, trusted: JsonObject): boolean {
  for (const key in value) {
    const member = value[key]
    const old = trusted[key]
    if (member === old && member !== undefined) continue
    const check = fields.get(key)
    if (check === undefined || !check(member, old)) return false
  }
  return true
}

/** What is frozen and good by itself, whatever was trusted, need not be checked twice. */
function remembering(check: Check): Check {
  const known = new WeakSet<object>()
  return (value, trusted) => {
    if (typeof value !== 'object' || value === null) return false
    if (known.has(value)) return true
    if (!check(value, trusted)) return false
    if (trusted === undefined && Object.isFrozen(value)) known.add(value)
    return true
  }
}

function checkOf(type: FieldType): Check {
  switch (type.form) {
    case 'struct':
      return structCheck(type.name)
    case 'list':
      return listCheck(checkOf(type.item))
    case 'map':
      return mapCheck(type.item)
    case 'scalar':
      return SCALAR_CHECKS[type.scalar]
  }
}

const NOTHING: readonly Json[] = []
const SHORT = 64

function listCheck(check: Check): Check {
  return (value, trusted) => {
    if (!isJsonArray(value)) return false
    const before = isJsonArray(trusted) ? trusted : NOTHING
    // In a list as long as only a text from outside has, each item is looked for in its place alone.
    const isShort = before.length <= SHORT
    for (const [place, item] of value.entries()) {
      const isKept = isJsonObject(item) && (before[place] === item || (isShort && before.includes(item)))
      if (!isKept && !check(item, undefined)) return false
    }
    return true
  }
}

function mapCheck(item: FieldType): Check {
  const check = item.form === 'scalar' && item.scalar === 'quantity' ? isResourceAmount : checkOf(item)
  return (value) => {
    if (!isJsonObject(value)) return false
    for (const key in value) if (!check(value[key], undefined)) return false
    return true
  }
}

const isText: Check = (value) => typeof value === 'string'

const SCALAR_CHECKS: Readonly<Record<ScalarType, Check>> = {
  string: isText,
  bool: (value) => typeof value === 'boolean',
  int32: (value) => typeof value === 'number' && (value | 0) === value,
  int64: (value) => typeof value === 'number' && Number.isInteger(value),
  float64: (value) => typeof value === 'number',
  time: (value) => typeof value === 'string' && isCanonicalTime(value),
  microTime: (value) => typeof value === 'string' && isCanonicalMicroTime(value),
  intOrString: (value) => typeof value === 'string' || (typeof value === 'number' && (value | 0) === value),
  quantity: (value) => isCanonicalAmount(value, false),
  bytes: (value) => typeof value === 'string' && BASE64.test(value),
  any: (value) => value !== null && value !== undefined,
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const isResourceAmount: Check = (value) => isCanonicalAmount(value, true)

function isCanonicalAmount(value: unknown, inResourceList: boolean): boolean {
  if (typeof value !== 'string') return false
  const stored = storedQuantity(value, inResourceList)
  return 'text' in stored && stored.text === value
}
