// What a checkpoint holds, as one number. Which of it is shared with whom is not of it.
import type { Checkpoint } from '../checkpoint.ts'
import { hashPlain } from '../plain-data.ts'

export function fingerprint({ slots, ...rest }: Checkpoint): number {
  return hashPlain({ rest, slots: slots.map(({ owner: _o, left: _l, lastLeft: _last, ...slot }) => slot) }, 0)
}
