// The character rules of names, labels, ports and keys, with the texts that the apiserver answers.
// Models apimachinery/pkg/util/validation and pkg/api/validate/content. Each function returns what is
// wrong with a value; an empty list means that it is valid.

import { utf8Length } from './utf8.ts'

const LABEL_1123 = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN_1123 = `${LABEL_1123}(\\.${LABEL_1123})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const LABEL_KEY = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${LABEL_KEY})?`
const CONFIG_KEY = '[-._a-zA-Z0-9]+'
const PERCENT = '[0-9]+%'

const label1123 = new RegExp(`^${LABEL_1123}$`)
const subdomain1123 = new RegExp(`^${SUBDOMAIN_1123}$`)
const label1035 = new RegExp(`^${LABEL_1035}$`)
const labelKey = new RegExp(`^${LABEL_KEY}$`)
const labelValue = new RegExp(`^${LABEL_VALUE}$`)
const configKey = new RegExp(`^${CONFIG_KEY}$`)
const percent = new RegExp(`^${PERCENT}$`)

const DNS1123_LABEL_MAX = 63
const DNS1123_SUBDOMAIN_MAX = 253
const QUALIFIED_NAME_MAX = 63
const LABEL_VALUE_MAX = 63

const VALID: readonly string[] = Object.freeze([])

/** What matches one of the patterns is ASCII: it has as many bytes as characters. */
const fits = (value: string, pattern: RegExp, most: number): boolean =>
  value.length <= most && pattern.test(value)

export function isDNS1123Label(value: string): readonly string[] {
  if (fits(value, label1123, DNS1123_LABEL_MAX)) return VALID
  const errors: string[] = []
  if (utf8Length(value) > DNS1123_LABEL_MAX) errors.push(maxLength(DNS1123_LABEL_MAX))
  if (label1123.test(value)) return errors
  if (subdomain1123.test(value)) {
    errors.push('must not contain dots')
    return errors
  }
  const message =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  errors.push(regexText(message, LABEL_1123, 'my-name', '123-abc'))
  return errors
}

export function isDNS1123Subdomain(value: string): readonly string[] {
  return subdomainErrors(value, 'characters')
}

/** Upstream has this rule twice, and each names the unit of its limit in its own way. */
function subdomainErrors(value: string, unit: 'characters' | 'bytes'): readonly string[] {
  if (fits(value, subdomain1123, DNS1123_SUBDOMAIN_MAX)) return VALID
  const errors: string[] = []
  if (utf8Length(value) > DNS1123_SUBDOMAIN_MAX)
    errors.push(`must be no more than ${DNS1123_SUBDOMAIN_MAX} ${unit}`)
  if (!subdomain1123.test(value)) {
    const message =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
    errors.push(regexText(message, SUBDOMAIN_1123, 'example.com'))
  }
  return errors
}

export function isDNS1035Label(value: string): readonly string[] {
  if (fits(value, label1035, DNS1123_LABEL_MAX)) return VALID
  const errors: string[] = []
  if (utf8Length(value) > DNS1123_LABEL_MAX) errors.push(maxLength(DNS1123_LABEL_MAX))
  if (!label1035.test(value)) {
    const message =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
    errors.push(regexText(message, LABEL_1035, 'my-name', 'abc-123'))
  }
  return errors
}

/** Label keys, annotation keys (in lower case), finalizers and taint keys share this form. */
export function isQualifiedName(value: string): readonly string[] {
  const slash = value.indexOf('/')
  const prefixFits = slash < 0 || fits(value.slice(0, slash), subdomain1123, DNS1123_SUBDOMAIN_MAX)
  if (prefixFits && fits(value.slice(slash + 1), labelKey, QUALIFIED_NAME_MAX)) return VALID
  return qualifiedNameErrors(value)
}

function qualifiedNameErrors(value: string): string[] {
  const parts = value.split('/')
  const name = parts[parts.length - 1] ?? ''
  if (parts.length > 2) {
    return [
      `a valid label key ${qualifiedNameText()} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const errors: string[] = []
  const prefix = parts.length === 2 ? parts[0] : undefined
  if (prefix === '') errors.push('prefix part must be non-empty')
  else if (prefix !== undefined)
    errors.push(...subdomainErrors(prefix, 'bytes').map((error) => `prefix part ${error}`))
  if (name === '') errors.push('name part must be non-empty')
  else if (utf8Length(name) > QUALIFIED_NAME_MAX) errors.push('name part must be no more than 63 bytes')
  if (!labelKey.test(name)) errors.push(`name part ${qualifiedNameText()}`)
  return errors
}

function qualifiedNameText(): string {
  const message =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  return regexText(message, LABEL_KEY, 'MyName', 'my.name', '123-abc')
}

export function isLabelValue(value: string): readonly string[] {
  if (fits(value, labelValue, LABEL_VALUE_MAX)) return VALID
  const errors: string[] = []
  if (utf8Length(value) > LABEL_VALUE_MAX) errors.push('must be no more than 63 bytes')
  if (!labelValue.test(value)) {
    const message =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
    errors.push(regexText(message, LABEL_VALUE, 'MyValue', 'my_value', '12345'))
  }
  return errors
}

export function isValidPortNumber(port: number): string[] {
  return isInRange(port, 1, 65535)
}

export function isInRange(value: number, low: number, high: number): string[] {
  return value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`]
}

export function isValidPortName(name: string): string[] {
  const errors: string[] = []
  if (utf8Length(name) > 15) errors.push(maxLength(15))
  if (!/^[-a-z0-9]+$/.test(name)) {
    errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  }
  if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)')
  if (name.includes('--')) errors.push('must not contain consecutive hyphens')
  if (name.startsWith('-') || name.endsWith('-')) errors.push('must not begin or end with a hyphen')
  return errors
}

/** Since 1.34 any printable ASCII character but `=` may be in the name of an environment variable. */
export function isEnvVarName(name: string): string[] {
  if (name === '') return ['environment variable name must be non-empty']
  if (/^[ -<>-~]+$/.test(name)) return []
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

export function isConfigMapKey(key: string): string[] {
  const errors: string[] = []
  if (utf8Length(key) > DNS1123_SUBDOMAIN_MAX) errors.push(maxLength(DNS1123_SUBDOMAIN_MAX))
  if (!configKey.test(key)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
    errors.push(regexText(message, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'))
  }
  if (key === '.') errors.push("must not be '.'")
  else if (key === '..') errors.push("must not be '..'")
  else if (key.startsWith('..')) errors.push("must not start with '..'")
  return errors
}

export function isValidPercent(value: string): string[] {
  if (percent.test(value)) return []
  const message = "a valid percent string must be a numeric string followed by an ending '%'"
  return [regexText(message, PERCENT, '1%', '93%')]
}

/** Names that become a path segment: no name of a resource may be `.`, `..` or hold `/` or `%`. */
export function isValidPathSegment(name: string): string[] {
  if (name === '.') return ["may not be '.'"]
  if (name === '..') return ["may not be '..'"]
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`)
}

function regexText(message: string, regex: string, ...examples: readonly string[]): string {
  const quoted = examples.map((example) => `'${example}', `)
  const tail = `regex used for validation is '${regex}')`
  return quoted.length === 0 ? `${message} (${tail}` : `${message} (e.g. ${quoted.join(' or ')}${tail}`
}

function maxLength(length: number): string {
  return `must be no more than ${length} characters`
}
