// How views are shown of a large cluster, by name; the others are shown as they are.
import type { Table } from './tables.ts'
import type { ClientTraffic } from './traffic.ts'
import { summedUp } from './traffic-sums.ts'

export const fleetViews: Readonly<Record<string, (state: unknown) => unknown>> = {
  traffic: (state) => summedUp(state as Table<ClientTraffic>),
}
