// etcd's errors of the store, in its own words (api/v3rpc/rpctypes). They are values: a caller has to look at them.

export const storeErrors = {
  emptyKey: 'etcdserver: key is not provided',
  tooManyOps: 'etcdserver: too many operations in txn request',
  duplicateKey: 'etcdserver: duplicate key given in txn request',
  requestTooLarge: 'etcdserver: request is too large',
  compacted: 'etcdserver: mvcc: required revision has been compacted',
  futureRevision: 'etcdserver: mvcc: required revision is a future revision',
  leaseNotFound: 'etcdserver: requested lease not found',
  leaseExists: 'etcdserver: lease already exists',
  noSpace: 'etcdserver: mvcc: database space exceeded',
  leaseTTLTooLarge: 'etcdserver: too large lease TTL',
} as const

export type StoreError = (typeof storeErrors)[keyof typeof storeErrors]

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: StoreError }

export const success = <T>(value: T): Result<T> => ({ ok: true, value })
export const failure = (
  error: keyof typeof storeErrors,
): { readonly ok: false; readonly error: StoreError } => ({
  ok: false,
  error: storeErrors[error],
})
