// How long a wait was that was just passed over, large enough for the back row.

import { useEffect } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { usePassedTime, watchPassedTime } from '../store/passed-time.ts'
import { formatWait } from './durations.ts'

export function PassedBanner() {
  const texts = useTexts().timeline
  const wait = usePassedTime((state) => state.wait)
  useEffect(watchPassedTime, [])
  return (
    <div className="passed" role="status">
      {wait === null ? null : (
        <p>
          <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
            <path d="M2 3 8 8 2 13ZM8 3 14 8 8 13Z" />
          </svg>
          {texts.passed(formatWait(wait))}
        </p>
      )}
    </div>
  )
}
