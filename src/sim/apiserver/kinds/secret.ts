// Secret. Models kubernetes/pkg/registry/core/secret and ValidateSecret.

import type { FieldError } from '../../api/field-errors.ts'
import { FieldPath, forbidden, invalid, required, tooLong } from '../../api/field-errors.ts'
import { own, semanticEqual } from '../../api/json.ts'
import { isConfigMapKey } from '../../api/name-formats.ts'
import type { Secret } from '../../api/objects.ts'
import { fill } from '../pod-spec/fill.ts'
import { AGE_COLUMN, ageOf, integer, NAME_COLUMN, text } from './runtime/columns.ts'
import { defineKind } from './runtime/kind-definition.ts'
import { immutableField, isBlank } from './runtime/object-meta.ts'
import { decodedLength, MAX_PAYLOAD_BYTES } from './runtime/payload.ts'

const DATA = FieldPath.root('data')
const IMMUTABLE = FieldPath.root('immutable')
const TYPE = FieldPath.root('type')

/** Keys that a type demands. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
}

export const secretKind = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  resource: 'secrets',
  namespaced: true,
  selectableFields: { type: (secret) => secret.type ?? '' },
  columns: [NAME_COLUMN, text('Type'), integer('Data'), AGE_COLUMN],
  applyDefaults: (secret) => withStringData(fill(secret, { type: 'Opaque' })),
  validate: validateSecret,
  validateUpdate: (secret, old) => [
    ...immutableField(secret.type, old.type, TYPE),
    ...validateImmutable(secret, old),
    ...validateSecret(secret),
  ],
  row: (secret, now) => [
    secret.metadata.name,
    secret.type ?? '',
    Object.keys(secret.data ?? {}).length,
    ageOf(secret, now),
  ],
})

/** `stringData` is for writing only: it becomes data before anything else sees the Secret. */
function withStringData(secret: Secret): Secret {
  if (secret.stringData === undefined) return secret
  const { stringData, ...rest } = secret
  const encoded = Object.fromEntries(
    Object.entries(stringData).map(([key, value]) => [key, encodeBase64(value)]),
  )
  return { ...rest, data: { ...secret.data, ...encoded } }
}

function validateSecret(secret: Secret): FieldError[] {
  const errors: FieldError[] = []
  const { data = {} } = secret
  let bytes = 0
  for (const key of Object.keys(data)) {
    for (const message of isConfigMapKey(key)) errors.push(invalid(DATA.key(key), key, message))
    bytes += decodedLength(data[key] ?? '')
  }
  if (bytes > MAX_PAYLOAD_BYTES) errors.push(tooLong(DATA, MAX_PAYLOAD_BYTES))
  for (const key of own(REQUIRED_KEYS, secret.type ?? '') ?? []) {
    if (!Object.hasOwn(data, key)) errors.push(required(DATA.key(key)))
  }
  if (secret.type === 'kubernetes.io/service-account-token') {
    const account = 'kubernetes.io/service-account.name'
    if (isBlank(secret.metadata.annotations?.[account])) {
      errors.push(required(FieldPath.root('metadata').child('annotations').key(account)))
    }
  }
  return errors
}

function validateImmutable(secret: Secret, old: Secret): FieldError[] {
  if (old.immutable !== true) return []
  const detail = 'field is immutable when `immutable` is set'
  const errors: FieldError[] = []
  if (secret.immutable !== true) errors.push(forbidden(IMMUTABLE, detail))
  if (!semanticEqual(secret.data, old.data)) errors.push(forbidden(DATA, detail))
  return errors
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 of the text's UTF-8. */
function encodeBase64(text: string): string {
  const bytes = utf8Bytes(text)
  let encoded = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3)
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    encoded += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63)
    encoded += b === undefined ? '=' : ALPHABET.charAt((group >> 6) & 63)
    encoded += c === undefined ? '=' : ALPHABET.charAt(group & 63)
  }
  return encoded
}

function utf8Bytes(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      )
    }
  }
  return bytes
}
