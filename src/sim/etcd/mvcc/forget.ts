// What the members of one cluster remember to share is of no use to another, and would keep the former's store alive.
import { forgetSharedMaps } from '../../kernel/shared-map.ts'
import { forgetChunks } from './history.ts'
import { forgetAttachments } from './leases.ts'
import { forgetEvents } from './store.ts'
import { forgetTxns } from './txn.ts'

/** To be called before a new cluster takes the place of one that was shown. */
export function forgetClusters(): void {
  forgetTxns()
  forgetEvents()
  forgetChunks()
  forgetAttachments()
  forgetSharedMaps()
}
