// Field errors: what validation reports, with the path of the field and the apiserver's own wording.
// Models apimachinery/pkg/util/validation/field. A path is a linked list that becomes text only when an
// error needs it, so that validating a correct object builds no strings.

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'

export interface FieldError {
  readonly type: FieldErrorType
  readonly field: string
  /** The message without the field, such as `Invalid value: -1: must be greater than or equal to 0`. */
  readonly body: string
}

export class FieldPath {
  private readonly parent: FieldPath | undefined
  private readonly part: string | number
  private readonly isKey: boolean

  private constructor(parent: FieldPath | undefined, part: string | number, isKey: boolean) {
    this.parent = parent
    this.part = part
    this.isKey = isKey
  }

  static root(name: string): FieldPath {
    return new FieldPath(undefined, name, false)
  }

  child(name: string, ...deeper: readonly string[]): FieldPath {
    let path = new FieldPath(this, name, false)
    for (const next of deeper) path = new FieldPath(path, next, false)
    return path
  }

  index(index: number): FieldPath {
    return new FieldPath(this, index, true)
  }

  key(key: string): FieldPath {
    return new FieldPath(this, key, true)
  }

  toString(): string {
    const before = this.parent?.toString() ?? ''
    if (this.isKey) return `${before}[${this.part}]`
    return before === '' ? String(this.part) : `${before}.${this.part}`
  }
}

const TYPE_TEXT: Readonly<Record<FieldErrorType, string>> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
}

export function required(path: FieldPath, detail = ''): FieldError {
  return withoutValue('FieldValueRequired', path, detail)
}

export function forbidden(path: FieldPath, detail: string): FieldError {
  return withoutValue('FieldValueForbidden', path, detail)
}

export function tooLong(path: FieldPath, maxBytes: number): FieldError {
  return withoutValue('FieldValueTooLong', path, `may not be more than ${maxBytes} bytes`)
}

export function invalid(path: FieldPath, value: unknown, detail: string): FieldError {
  return withValue('FieldValueInvalid', path, value, detail)
}

export function duplicate(path: FieldPath, value: unknown): FieldError {
  return withValue('FieldValueDuplicate', path, value, '')
}

export function notFound(path: FieldPath, value: unknown): FieldError {
  return withValue('FieldValueNotFound', path, value, '')
}

export function tooMany(path: FieldPath, actual: number, max: number): FieldError {
  const items = max === 1 ? 'item' : 'items'
  return withValue('FieldValueTooMany', path, actual, `must have at most ${max} ${items}`)
}

/** The supported values are listed as they are given: upstream sorts some lists and not others. */
export function notSupported(path: FieldPath, value: unknown, supported: readonly string[]): FieldError {
  const quoted = supported.map((name) => JSON.stringify(name))
  const detail = quoted.length === 0 ? '' : `supported values: ${quoted.join(', ')}`
  return withValue('FieldValueNotSupported', path, value, detail)
}

export function isNonNegative(value: number | undefined, path: FieldPath): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : []
}

/** `spec.replicas: Invalid value: -1: …`, as one error prints. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${error.body}`
}

/** Several errors print as `[a, b]`, a single one as itself; a repeated text is printed once. */
export function aggregateText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(fieldErrorText))]
  const [first] = texts
  return texts.length === 1 && first !== undefined ? first : `[${texts.join(', ')}]`
}

function withoutValue(type: FieldErrorType, path: FieldPath, detail: string): FieldError {
  return { type, field: path.toString(), body: joinDetail(TYPE_TEXT[type], detail) }
}

function withValue(type: FieldErrorType, path: FieldPath, value: unknown, detail: string): FieldError {
  const text = `${TYPE_TEXT[type]}: ${value === undefined ? 'null' : JSON.stringify(value)}`
  return { type, field: path.toString(), body: joinDetail(text, detail) }
}

function joinDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`
}
