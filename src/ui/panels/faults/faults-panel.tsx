// Faults: what is broken now and how to mend it, and the catalogue of what can break.

import { useEffect, useState } from 'react'
import type { FaultEntry, FaultView } from '../../../worker/protocol.ts'
import { useMoment } from '../../design/moment.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { call, request } from '../../store/host.ts'
import { useView } from '../../store/view.ts'
import { FaultForm } from './fault-form.tsx'
import './faults.css'

export function FaultsPanel() {
  const texts = useTexts().faults
  const active = useView(({ stage }) => stage.faults)
  const { catalogue, error } = useCatalogue()
  const list = Object.values(active)
  return (
    <div className="faults">
      <section className="faults-active" aria-label={texts.active}>
        <h3>{texts.active}</h3>
        {list.length === 0 ? (
          <p className="faults-note">{texts.none}</p>
        ) : (
          <ul>
            {list.map((fault) => (
              <ActiveFault key={fault.id} fault={fault} catalogue={catalogue} />
            ))}
          </ul>
        )}
      </section>
      <section className="faults-catalogue" aria-label={texts.catalogue}>
        <h3>{texts.catalogue}</h3>
        {error !== null && (
          <p className="faults-error" role="alert">
            {texts.failed(error)}
          </p>
        )}
        {catalogue === null && error === null && <p className="faults-note">{texts.loading}</p>}
        {catalogue !== null && <FaultForm catalogue={catalogue} />}
      </section>
    </div>
  )
}

function useCatalogue(): { readonly catalogue: readonly FaultEntry[] | null; readonly error: string | null } {
  const [catalogue, setCatalogue] = useState<readonly FaultEntry[] | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    call('catalogue').then(setCatalogue, (reason: unknown) =>
      setError(reason instanceof Error ? reason.message : String(reason)),
    )
  }, [])
  return { catalogue, error }
}

interface ActiveFaultProps {
  readonly fault: FaultView
  readonly catalogue: readonly FaultEntry[] | null
}

function ActiveFault({ fault, catalogue }: ActiveFaultProps) {
  const texts = useTexts().faults
  const translated = useTranslated()
  const moment = useMoment()
  const { until } = fault
  // In whole seconds, so that it is drawn once a second and not with every frame.
  const left = useView(({ clock }) => Math.ceil(Math.max(0, (until ?? 0) - clock.now) / 1_000_000))
  const entry = catalogue?.find(({ name }) => name === fault.fault)
  const title = entry === undefined ? fault.fault : translated(entry.title)
  return (
    <li>
      <span>
        <span className="faults-sign" aria-hidden="true">
          ✕
        </span>{' '}
        <strong>{title}</strong> <span className="mono">{fault.target}</span>{' '}
        <span className="faults-note">
          {texts.since(moment(fault.since))}
          {fault.until === null ? '' : ` · ${texts.left(left)}`}
        </span>
      </span>
      <button
        type="button"
        aria-label={texts.restoreNamed(title, fault.target)}
        onClick={() => request('heal', fault.id)}
      >
        {texts.restore}
      </button>
    </li>
  )
}
