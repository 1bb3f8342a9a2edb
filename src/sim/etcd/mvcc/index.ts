// etcd's store as plain data that copies in constant time, its transactions, leases and watchers.
export { failure, type Result } from './errors.ts'
export { forgetClusters } from './forget.ts'
export { grantLease, leaseTTLSeconds, revokeLease } from './lease-ops.ts'
export * from './lessor.ts'
export { range } from './range.ts'
export { changesSince, cloneStore, compact, newStore, type Store } from './store.ts'
export { applyTxn, validateTxn } from './txn.ts'
export * from './watch.ts'
