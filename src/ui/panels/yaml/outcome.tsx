// What came of applying a manifest: the answer, or the error with the line that it is about.

import type { OutputView } from '../../../worker/protocol.ts'
import { useTexts } from '../../i18n/use-texts.ts'
import type { PlacedError } from './error-places.ts'

export interface Outcome {
  readonly kind: 'apply' | 'check'
  readonly name: string
  /** As it was sent: it may have been edited since. */
  readonly text: string
  /** Absent while it runs. */
  readonly output?: OutputView
}

interface OutcomeViewProps {
  readonly outcome: Outcome | null
  readonly errors: readonly PlacedError[]
  readonly onLine: (line: number) => void
}

export function OutcomeView({ outcome, errors, onLine }: OutcomeViewProps) {
  const texts = useTexts().yaml
  if (outcome === null) return null
  const { kind, text, output } = outcome
  if (output === undefined)
    return (
      <div className="yaml-outcome" role="status">
        {kind === 'apply' ? texts.applying : texts.checking}
      </div>
    )
  const isDone = output.exitCode === 0
  const summary = isDone ? (kind === 'apply' ? texts.applied : texts.checked) : texts.failed
  return (
    <div className="yaml-outcome" data-done={isDone} role={isDone ? 'status' : 'alert'}>
      <p>
        <span aria-hidden="true">{isDone ? '✓' : '✕'}</span> <strong>{summary}</strong>
      </p>
      {output.stdout !== '' && <pre>{output.stdout.trimEnd()}</pre>}
      <ul>
        {errors.map(({ message, place }) => (
          <li key={message}>
            <p className="mono">{message}</p>
            {place !== null && (
              <button type="button" className="yaml-place" onClick={() => onLine(place.line)}>
                {place.column === null ? texts.atLine(place.line) : texts.at(place.line, place.column)}
              </button>
            )}
            {place !== null && <Excerpt text={text} line={place.line} column={place.column} />}
          </li>
        ))}
      </ul>
    </div>
  )
}

interface ExcerptProps {
  readonly text: string
  readonly line: number
  readonly column: number | null
}

/** The line with its neighbours, and a mark under the column. */
function Excerpt({ text, line, column }: ExcerptProps) {
  const lines = text.split('\n')
  const first = Math.max(1, line - 1)
  const shown = lines.slice(first - 1, line + 1)
  return (
    <pre className="yaml-excerpt" aria-hidden="true">
      {shown.map((content, index) => {
        const number = first + index
        const mark = number === line && column !== null ? `\n     ${' '.repeat(column - 1)}^` : ''
        return (
          <span key={number} data-marked={number === line || undefined}>
            {`${String(number).padStart(4)} ${content}${mark}\n`}
          </span>
        )
      })}
    </pre>
  )
}
