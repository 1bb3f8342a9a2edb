// How components write moments: counted from the start of this session's story, as the timeline does.

import { useView } from '../store/view.ts'
import { formatMoment } from './format-time.ts'

export function useMoment(): (at: number) => string {
  const start = useView(({ timeline }) => timeline.start)
  return (at) => formatMoment(at, start)
}
