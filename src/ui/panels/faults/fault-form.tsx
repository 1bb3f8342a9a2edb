// Choosing a fault, what it hits, and how hard.

import type { FormEvent } from 'react'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import type { FaultEntry } from '../../../worker/protocol.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { call } from '../../store/host.ts'
import { useView } from '../../store/view.ts'
import type { ParameterField } from './targets.ts'
import { linkEnds, parameterFields, parametersFrom, targetsFor } from './targets.ts'

export function FaultForm({ catalogue }: { readonly catalogue: readonly FaultEntry[] }) {
  const texts = useTexts().faults
  const translated = useTranslated()
  const [name, setName] = useState(catalogue[0]?.name ?? '')
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
      <p className="faults-explains">{translated(entry.explains)}</p>
      <EntryForm key={entry.name} entry={entry} />
    </div>
  )
}

function EntryForm({ entry }: { readonly entry: FaultEntry }) {
  const texts = useTexts().faults
  // Compared entry by entry: the lists seldom change, and frames come at the screen's rate.
  const targets = useView(useShallow((view) => targetsFor(entry, view.stage, view.flights)))
  const ends = useView(useShallow((view) => (entry.targets.includes('link') ? linkEnds(view.stage) : none)))
  const [chosen, setChosen] = useState('')
  const [peer, setPeer] = useState('')
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [duration, setDuration] = useState('')
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: string | null }>(atRest)
  const options = targets.length > 0 ? targets : ends
  const target = options.includes(chosen) ? chosen : (options[0] ?? '')
  const fields = parameterFields(entry)
  const inject = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setState({ isBusy: true, error: null })
    try {
      await call('fault', {
        ...parametersFrom(fields, typed),
        fault: entry.name,
        target: peer === '' ? target : `${target}~${peer}`,
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
      <Choice label={texts.target} value={target} options={options} onChange={setChosen} />
      {ends.length > 0 && (
        <Choice
          label={texts.between}
          value={peer}
          options={['', ...ends.filter((end) => end !== target)]}
          onChange={setPeer}
        />
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
          {texts.failed} {state.error}
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
            {option === '' ? '*' : option}
          </option>
        ))}
      </select>
    </label>
  )
}
