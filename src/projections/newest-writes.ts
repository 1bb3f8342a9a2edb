// The newest write to each object in etcd, by `resource/namespace/name`: what an object is at the cursor, however long
// ago it was written.
import type { RecordedEvent, TraceEvent } from '../sim/kernel/trace.ts'
import { isMessage } from '../sim/kernel/trace.ts'
import { parseRegistryKey } from './facts.ts'
import { Table } from './tables.ts'
import type { View } from './view.ts'

export type StorageEvent = RecordedEvent & { readonly type: 'storage' }

export const newestWrites: View<Table<StorageEvent>> = { initial: Table.of(), fold: foldWrite }

export function objectKeyOf(event: StorageEvent): string {
  const { resource, object } = parseRegistryKey(event.key)
  return `${resource}/${object}`
}

function foldWrite(writes: Table<StorageEvent>, event: TraceEvent): Table<StorageEvent> {
  if (isMessage(event) || event.type !== 'storage' || !('revision' in event)) return writes
  const key = objectKeyOf(event)
  // The other members tell of it, too.
  return event.revision > (writes.get(key)?.revision ?? 0) ? writes.put(key, event) : writes
}
