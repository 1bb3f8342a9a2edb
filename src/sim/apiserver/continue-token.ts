// Continue tokens of paged lists: where the next page starts and at which revision. Opaque to clients.
// Models apiserver/pkg/storage/continue.go; the simulation has no btoa, so base64url is done by hand on ASCII text.
import { asciiOnly, decodeBase64Url, encodeBase64Url } from './base64.ts'

export interface ContinueToken {
  readonly revision: number
  /** The key after which the next page starts, relative to the list's own prefix. */
  readonly start: string
}

const VERSION = 'meta.k8s.io/v1'

export function encodeContinue(token: ContinueToken): string {
  return encodeBase64Url(
    asciiOnly(JSON.stringify({ v: VERSION, rv: token.revision, start: `${token.start}\u0000` })),
  )
}

export function decodeContinue(text: string): ContinueToken | { readonly error: string } {
  const decoded = decodeBase64Url(text)
  const value = decoded === undefined ? undefined : parseObject(decoded)
  if (value === undefined) return { error: 'continue key is not valid: illegal base64 data or JSON' }
  if (value.v !== VERSION)
    return {
      error: `continue key is not valid: server does not recognize this encoded version "${String(value.v ?? '')}"`,
    }
  const { rv, start } = value
  if (typeof rv !== 'number' || typeof start !== 'string' || start === '' || start.includes('../'))
    return { error: 'continue key is not valid: encoded start key empty or out of range' }
  return { revision: rv, start: start.endsWith('\u0000') ? start.slice(0, -1) : start }
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
