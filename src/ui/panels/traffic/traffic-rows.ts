// The traffic view as rows of a table: whoever was told or asked most first.

import type { ViewStates } from '../../../worker/protocol.ts'

type Traffic = ViewStates['traffic']

export type TrafficRow = Traffic[string] & { readonly client: string }

const weight = ({ lists, gets, writes, watches, events }: TrafficRow): number =>
  lists + gets + writes + watches + events

export const trafficRows = (traffic: Traffic): readonly TrafficRow[] =>
  Object.entries(traffic)
    .map(([client, counts]) => ({ client, ...counts }))
    .sort((a, b) => weight(b) - weight(a) || (a.client < b.client ? -1 : 1))

export const totalOf = (
  rows: readonly TrafficRow[],
): { readonly lists: number; readonly watches: number; readonly events: number } => ({
  lists: rows.reduce((sum, { lists }) => sum + lists, 0),
  watches: rows.reduce((sum, { watches }) => sum + watches, 0),
  events: rows.reduce((sum, { events }) => sum + events, 0),
})
