// The shapes that cross the apiserver's boundary: HTTP semantics as plain data.
// Clients inside the page and a real kubectl over a socket speak through the same three types.
// Bodies are decoded values, not bytes; a host that owns a socket does the encoding.

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

export interface HttpRequest {
  readonly method: HttpMethod
  /** The path alone, such as `/api/v1/namespaces/default/pods`, without the query. */
  readonly path: string
  /** Decoded query parameters; a repeated parameter keeps its last value. */
  readonly query: Readonly<Record<string, string>>
  /** Header names are lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface HttpResponse {
  readonly status: number
  /** Header names are lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

/** One line of a watch response. For ERROR the object is a `metav1.Status`. */
export interface WatchEvent<T = unknown> {
  readonly type: WatchEventType
  readonly object: T
}

export const CONTENT_JSON = 'application/json'
export const CONTENT_JSON_PATCH = 'application/json-patch+json'
export const CONTENT_MERGE_PATCH = 'application/merge-patch+json'
export const CONTENT_STRATEGIC_MERGE_PATCH = 'application/strategic-merge-patch+json'
export const CONTENT_APPLY_PATCH = 'application/apply-patch+yaml'
