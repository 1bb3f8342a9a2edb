// Going to a moment: the one thing that a click on an event, a milestone or a changed field does everywhere.

import type { Subject } from '../../worker/protocol.ts'
import { request } from './host.ts'
import { select } from './selection.ts'

/** Shows the moment of an event, with the event selected. */
export function goToEvent(seq: number): void {
  select({ kind: 'event', seq })
  request('seek', { seq })
}

/** Shows the moment of an event, and keeps looking at `subject`. */
export function goToMoment(seq: number, subject: Subject): void {
  select(subject)
  request('seek', { seq })
}
