// Choosing a fault, what it hits, and how hard.

import type { FormEvent } from 'react'
import { useId, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { FaultEntry } from '../../../worker/protocol.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import type { FaultDraft } from '../../store/fault-draft.ts'
import { useFaultDraft } from '../../store/fault-draft.ts'
import { call } from '../../store/host.ts'
import { useView } from '../../store/view.ts'
import type { ParameterField } from './targets.ts'
import { linkBetween, linkEnds, parameterFields, parametersFrom, targetsFor } from './targets.ts'

interface FormProps {
  readonly catalogue: readonly FaultEntry[]
}

export function FaultForm({ catalogue }: FormProps) {
  const draft = useFaultDraft()
  return <DraftForm key={draft.count} draft={draft} catalogue={catalogue} />
}

function DraftForm({ catalogue, draft }: FormProps & { readonly draft: FaultDraft }) {
  const texts = useTexts().faults
  const translated = useTranslated()
  const [name, setName] = useState(draft.fault === '' ? (catalogue[0]?.name ?? '') : draft.fault)
  const entry = catalogue.find((each) => each.name === name)
  if (entry === undefined) return null
  return (
    <div className="faults-form">
      <label>
        {texts.fault}{' '}
        <select data-autofocus value={name} onChange={({ target }) => setName(target.value)}>
          {catalogue.map((each) => (
            <option key={each.name} value={each.name}>
              {translated(each.title)}
            </option>
          ))}
        </select>
      </label>
      <EntryForm key={entry.name} entry={entry} wanted={draft.target} />
      <p className="faults-explains">{translated(entry.explains)}</p>
    </div>
  )
}

interface EntryProps {
  readonly entry: FaultEntry
  /** The thing that somebody came from; another entry may not fit it. */
  readonly wanted: string
}

function EntryForm({ entry, wanted }: EntryProps) {
  const texts = useTexts().faults
  // Compared entry by entry: the lists seldom change, and frames come at the screen's rate.
  const targets = useView(useShallow((view) => targetsFor(entry, view.stage, view.flights)))
  const ends = useView(useShallow((view) => (entry.targets.includes('link') ? linkEnds(view.stage) : none)))
  const [wantedSide = '', wantedPeer = ''] = wanted.split('~')
  const [chosen, setChosen] = useState(entry.targets.includes('link') ? wantedSide : wanted)
  const [peer, setPeer] = useState(wantedPeer)
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [duration, setDuration] = useState('')
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: string | null }>(atRest)
  const isLink = ends.length > 0
  const options = targets.length > 0 ? targets : ends
  const target = isLink || options.includes(chosen) ? chosen : (options[0] ?? '')
  const fields = parameterFields(entry)
  const inject = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setState({ isBusy: true, error: null })
    try {
      await call('fault', {
        ...parametersFrom(fields, typed),
        fault: entry.name,
        target: isLink ? linkBetween(target, peer) : target,
        ...(duration.trim() === '' ? {} : { for: duration.trim() }),
      })
      setState(atRest)
    } catch (reason) {
      setState({ isBusy: false, error: reason instanceof Error ? reason.message : String(reason) })
    }
  }
  if (options.length === 0) return <p className="faults-note">{texts.noTargets}</p>
  return (
    <form onSubmit={(event) => void inject(event)}>
      {isLink ? (
        <>
          <Side label={texts.target} value={target} ends={ends} onChange={setChosen} />
          <Side label={texts.between} value={peer} ends={ends} onChange={setPeer} />
        </>
      ) : (
        <Choice label={texts.target} value={target} options={options} onChange={setChosen} />
      )}
      {fields.map((field) => (
        <Parameter
          key={field.name}
          field={field}
          value={typed[field.name] ?? field.initial}
          onChange={(value) => setTyped({ ...typed, [field.name]: value })}
        />
      ))}
      <label>
        {texts.duration}{' '}
        <input
          value={duration}
          placeholder={texts.durationHint}
          maxLength={32}
          onChange={(event) => setDuration(event.target.value)}
        />
      </label>
      <button type="submit" disabled={state.isBusy}>
        {state.isBusy ? texts.breaking : texts.inject}
      </button>
      {state.error !== null && (
        <p className="faults-error" role="alert">
          {texts.failed(state.error)}
        </p>
      )}
    </form>
  )
}

interface ParameterProps {
  readonly field: ParameterField
  readonly value: string
  readonly onChange: (value: string) => void
}

function Parameter({ field: { name, type, min, max, label, options }, value, onChange }: ParameterProps) {
  const translated = useTranslated()
  const text = label === null ? name : translated(label)
  if (type === 'choice') return <Choice label={text} value={value} options={options} onChange={onChange} />
  if (type === 'checkbox')
    return (
      <label>
        {text}{' '}
        <input
          type="checkbox"
          checked={value === 'true'}
          onChange={({ target }) => onChange(String(target.checked))}
        />
      </label>
    )
  return (
    <label>
      {text}{' '}
      <input
        type={type}
        min={min}
        max={max}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  )
}

interface SideProps {
  readonly label: string
  readonly value: string
  readonly ends: readonly string[]
  readonly onChange: (value: string) => void
}

/** One side of a link: a host or process, several with commas, or everything. */
function Side({ label, value, ends, onChange }: SideProps) {
  const texts = useTexts().faults
  const id = useId()
  return (
    <label>
      {label}{' '}
      <input
        className="faults-side"
        list={id}
        value={value}
        placeholder={texts.sideHint}
        maxLength={512}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={id}>
        {ends.map((end) => (
          <option key={end} value={end} />
        ))}
      </datalist>
    </label>
  )
}

const none: readonly string[] = []
const atRest = { isBusy: false, error: null }

interface ChoiceProps {
  readonly label: string
  readonly value: string
  readonly options: readonly string[]
  readonly onChange: (value: string) => void
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  )
}
