// What an event that is pointed at or chosen elsewhere concerns on the stage: its ends, its process, its object. So a row
// of the events lights up the components it went between.

import type { Row, Subject } from '../../worker/protocol.ts'
import { rememberLast } from '../store/remember-last.ts'
import type { Emphasis } from '../store/selection.ts'
import { useSelection } from '../store/selection.ts'
import type { View } from '../store/view.ts'
import { useView } from '../store/view.ts'

export interface Concern {
  readonly processes: readonly string[]
  /** `pods/namespace/name` and the like; null when the event is about none. */
  readonly object: string | null
}

type Known = Pick<View, 'recent' | 'current' | 'flights'>

export function concernOf(subject: Subject | null, { recent, current, flights }: Known): Concern | null {
  if (subject?.kind !== 'event') return null
  const row: Row | undefined = [...current, ...recent].find(({ seq }) => seq === subject.seq)
  if (row !== undefined)
    return {
      processes: row.from !== null && row.to !== null ? [row.from, row.to] : [row.process],
      object: row.object,
    }
  const flight = flights.find(({ seq }) => seq === subject.seq)
  return flight === undefined ? null : { processes: [flight.from, flight.to], object: null }
}

const concern = rememberLast(
  (
    subject: Subject | null,
    recent: View['recent'],
    current: View['current'],
    flights: View['flights'],
  ): Concern | null => concernOf(subject, { recent, current, flights }),
)

/** @param id of the process, or the key of the object, that a thing of the stage stands for */
export function useConcerned(id: string): Emphasis {
  const subject = useSelection(({ hovered, selected }) => (hovered?.kind === 'event' ? hovered : selected))
  const concerned = useView(({ recent, current, flights }) => {
    const found = concern(subject, recent, current, flights)
    return found !== null && (found.object === id || found.processes.includes(id))
  })
  return concerned ? 'hovered' : 'none'
}
