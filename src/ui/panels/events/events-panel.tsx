// The events: filters above, the table below, and a word where there is nothing to list.

import { Suspense, useEffect, useState } from 'react'
import type { Level } from '../../../worker/protocol.ts'
import { useLateTexts, useTexts } from '../../i18n/use-texts.ts'
import { useSelection } from '../../store/selection.ts'
import { useView } from '../../store/view.ts'
import { EventTable } from './event-table.tsx'
import { isFiltered, noFilters, useFilters } from './filters.ts'
import type { RowsKnown } from './row-source.ts'
import { useRows } from './use-rows.ts'
import './events.css'

export function EventsPanel() {
  const { source, known } = useRows()
  return (
    <div className="events">
      <Toolbar known={known} />
      {known.error === null ? (
        <div className="events-body">
          <EventTable source={source} known={known} />
          {known.total === 0 && <Nothing isLoaded={known.isLoaded} />}
        </div>
      ) : (
        <Refused error={known.error} onRetry={source.refresh} />
      )}
    </div>
  )
}

const levels: readonly Level[] = ['story', 'detail', 'noise']

function Toolbar({ known }: { readonly known: RowsKnown }) {
  const texts = useTexts().events
  const filters = useFilters()
  return (
    <div className="events-toolbar">
      <label>
        {texts.level}{' '}
        <select
          value={filters.level}
          onChange={({ target }) => {
            const level = levels.find((each) => each === target.value)
            if (level !== undefined) useFilters.setState({ level })
          }}
        >
          {levels.map((level) => (
            <option key={level} value={level}>
              {texts.levels[level]}
            </option>
          ))}
        </select>
      </label>
      <ProcessFilter />
      <SearchField />
      <ChainFilter />
      <span className="events-count" role="status">
        {known.isLoaded ? texts.count(known.total) : texts.loading}
        <Dropped count={known.dropped} />
      </span>
    </div>
  )
}

/** What happened longer ago than is kept. */
const Dropped = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <Suspense fallback={null}>
      <DroppedLine count={count} />
    </Suspense>
  )

function DroppedLine({ count }: { readonly count: number }) {
  const texts = useLateTexts().scale
  const recording = useView((view) => view.recording)
  const types = Object.entries(recording?.dropped ?? {}).sort(([, a], [, b]) => b - a)
  return (
    <span title={types.map(([type, events]) => `${type} ${events}`).join('\n')}>
      {texts.dropped(count, recording?.most ?? 0)}
    </span>
  )
}

function ProcessFilter() {
  const texts = useTexts().events
  const process = useFilters((filters) => filters.process)
  const processes = useView(({ stage }) => stage.processes)
  return (
    <label>
      {texts.process}{' '}
      <select value={process} onChange={({ target }) => useFilters.setState({ process: target.value })}>
        <option value="">{texts.allProcesses}</option>
        {Object.keys(processes).map((id) => (
          <option key={id}>{id}</option>
        ))}
      </select>
    </label>
  )
}

const SEARCH_MILLIS = 200

function SearchField() {
  const texts = useTexts().events
  const text = useFilters((filters) => filters.text)
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  useEffect(() => {
    const timer = window.setTimeout(() => useFilters.setState({ text: typed }), SEARCH_MILLIS)
    return () => window.clearTimeout(timer)
  }, [typed])
  return (
    <label>
      <span className="visually-hidden">{texts.search}</span>
      <input
        type="search"
        className="events-search"
        maxLength={256}
        placeholder={`${texts.search}: ${texts.searchHint}`}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </label>
  )
}

/** The chain of the event that was selected when it was switched on: selecting along the chain keeps the chain. */
function ChainFilter() {
  const texts = useTexts().events
  const chain = useFilters((filters) => filters.chain)
  const selected = useSelection((selection) => selection.selected)
  const seq = selected?.kind === 'event' ? selected.seq : null
  return (
    <label title={texts.chainHint}>
      <input
        type="checkbox"
        checked={chain !== null}
        disabled={chain === null && seq === null}
        onChange={({ target }) => useFilters.setState({ chain: target.checked ? seq : null })}
      />{' '}
      {texts.chain}
    </label>
  )
}

function Nothing({ isLoaded }: { readonly isLoaded: boolean }) {
  const texts = useTexts().events
  const filters = useFilters()
  if (!isLoaded) return null
  return (
    <div className="events-nothing">
      <p>{isFiltered(filters) ? texts.emptyFiltered : texts.empty}</p>
      {isFiltered(filters) && (
        <button type="button" onClick={() => useFilters.setState(noFilters)}>
          {texts.reset}
        </button>
      )}
    </div>
  )
}

function Refused({ error, onRetry }: { readonly error: string; readonly onRetry: () => void }) {
  const texts = useTexts().events
  return (
    <div className="events-nothing" role="alert">
      <p>
        {texts.error} {error}
      </p>
      <button type="button" onClick={onRetry}>
        {texts.retry}
      </button>
    </div>
  )
}
