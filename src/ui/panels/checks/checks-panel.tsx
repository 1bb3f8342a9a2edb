// The checks as a row of lights: what each promises, whether it holds at the moment that is looked at, and where it was
// violated first.

import { useEffect, useState } from 'react'
import type { BrokenCheck, CheckEntry } from '../../../worker/protocol.ts'
import { useMoment } from '../../design/moment.ts'
import { useTranslated } from '../../i18n/use-texts.ts'
import { goToEvent } from '../../store/go-to.ts'
import { call } from '../../store/host.ts'
import { useView } from '../../store/view.ts'
import { lightsOf } from './lights.ts'
import { useCheckTexts } from './texts.ts'
import './checks.css'

export function ChecksPanel() {
  const texts = useCheckTexts()
  const checks = useView((view) => view.checks)
  const isChecked = useView(({ recording }) => recording?.checked ?? true)
  const { entries, error } = useEntries()
  if (error !== null)
    return (
      <p className="checks-note" role="alert">
        {texts.failed(error)}
      </p>
    )
  if (!isChecked) return <p className="checks-note">{texts.tooLarge}</p>
  if (entries === null || checks === null) return <p className="checks-note">{texts.loading}</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard, and holds nothing else to focus.
    <section className="checks" aria-label={texts.list} tabIndex={0}>
      <p className="checks-note">{texts.about}</p>
      <ul>
        {lightsOf(entries, checks.broken).map(({ entry, broken }) => (
          <Light key={entry.name} entry={entry} broken={broken} />
        ))}
      </ul>
    </section>
  )
}

function useEntries(): { readonly entries: readonly CheckEntry[] | null; readonly error: string | null } {
  const [entries, setEntries] = useState<readonly CheckEntry[] | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    call('checks').then(setEntries, (reason: unknown) =>
      setError(reason instanceof Error ? reason.message : String(reason)),
    )
  }, [])
  return { entries, error }
}

interface LightProps {
  readonly entry: CheckEntry
  readonly broken: BrokenCheck | null
}

function Light({ entry, broken }: LightProps) {
  const texts = useCheckTexts()
  const translated = useTranslated()
  const title = translated(entry.title)
  const state = broken === null ? (entry.settles ? 'settles' : 'holds') : 'violated'
  return (
    <li data-state={state}>
      <span className="checks-sign" aria-hidden="true">
        {{ holds: '✓', settles: '○', violated: '✕' }[state]}
      </span>
      <div>
        <strong>{title}</strong>{' '}
        <span className="checks-state">
          {broken === null ? texts[entry.settles ? 'settles' : 'holds'] : texts.violated(broken.times)}
        </span>
        <p>{translated(entry.explains)}</p>
        {broken === null ? null : <First broken={broken} title={title} />}
      </div>
    </li>
  )
}

function First({ broken, title }: { readonly broken: BrokenCheck; readonly title: string }) {
  const texts = useCheckTexts()
  const moment = useMoment()
  return (
    <p className="checks-first">
      <span className="mono">{broken.message}</span> {texts.at(moment(broken.at))}{' '}
      <button type="button" aria-label={texts.goToNamed(title)} onClick={() => goToEvent(broken.seq)}>
        {texts.goTo}
      </button>
    </p>
  )
}
