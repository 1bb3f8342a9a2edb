// What the stage shows now, in words, for those who do not see it. Polite, and at most about once a second.

import { useEffect, useState } from 'react'
import type { Row } from '../../worker/protocol.ts'
import type { Catalogue } from '../i18n/catalogue.ts'
import { useTexts } from '../i18n/use-texts.ts'
import { useView } from '../store/view.ts'

const quietMillis = 700

export function Transcript() {
  const { app, stage } = useTexts()
  const current = useView((view) => view.current)
  const [said, setSaid] = useState('')
  const line = current
    .slice(-2)
    .map((row) => sayRow(row, stage))
    .join(' · ')
  useEffect(() => {
    const timer = setTimeout(() => setSaid(line), quietMillis)
    return () => clearTimeout(timer)
  }, [line])
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-label={app.transcript}>
      <p>{said}</p>
    </div>
  )
}

function sayRow(row: Row, texts: Catalogue['stage']): string {
  const what = row.detail === '' ? row.label : `${row.label} ${row.detail}`
  return row.from !== null && row.to !== null
    ? texts.flightSays(row.from, row.to, what)
    : texts.rowSays(row.process, what)
}
