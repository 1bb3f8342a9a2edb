// A question before the answer is shown: a prediction teaches more than a look. Nothing of the answer is in the page
// until one was given.

import { useEffect, useRef, useState } from 'react'
import { Prose } from '../../design/prose.tsx'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { call, request } from '../../store/host.ts'
import type { AskedQuestion } from './progress.ts'

export function QuestionCard({ question, answer }: AskedQuestion) {
  const texts = useTexts().story
  const translated = useTranslated()
  const [error, setError] = useState<string | null>(null)
  const [sent, setSent] = useState<string | null>(null)
  const goOn = useRef<HTMLButtonElement>(null)
  const locked = answer ?? sent
  useEffect(() => {
    // The chosen button is gone, so that the focus would be lost: it goes to the next thing to do.
    if (answer !== null && sent !== null) goOn.current?.focus()
  }, [answer, sent])
  const choose = async (option: string): Promise<void> => {
    setSent(option)
    setError(null)
    try {
      await call('answer', { question: question.id, option })
    } catch (reason) {
      setSent(null)
      setError(reason instanceof Error ? reason.message : String(reason))
    }
  }
  return (
    <section className="story-card story-question" aria-label={texts.guess}>
      <h3>{answer === null ? texts.guess : texts.answered}</h3>
      <div className="story-ask">
        <Prose source={translated(question.ask)} />
      </div>
      {answer === null ? (
        <div className="story-options">
          {question.options.map(({ id, text }) => (
            <button
              type="button"
              key={id}
              className="story-option"
              aria-pressed={locked === id}
              disabled={locked !== null}
              onClick={() => void choose(id)}
            >
              {translated(text)}
            </button>
          ))}
        </div>
      ) : (
        <>
          <Verdicts question={question} answer={answer} />
          <button type="button" ref={goOn} className="story-run" onClick={() => request('play', {})}>
            <span aria-hidden="true">▶</span> {texts.goOn}
          </button>
        </>
      )}
      {error !== null && (
        <p className="story-error" role="alert">
          {error}
        </p>
      )}
    </section>
  )
}

/** What was chosen and why it is right or not; and the right answer, where it was another. */
function Verdicts({
  question,
  answer,
}: {
  readonly question: AskedQuestion['question']
  readonly answer: string
}) {
  const texts = useTexts().story
  const translated = useTranslated()
  const chosen = question.options.find(({ id }) => id === answer)
  const shown = question.options.filter(
    (option) => option.id === answer || (chosen?.right === false && option.right),
  )
  return (
    <ul className="story-verdicts" aria-live="polite">
      {shown.map((option) => (
        <li key={option.id} data-right={option.right}>
          <p>
            <span aria-hidden="true">{option.right ? '✓' : '✕'}</span>{' '}
            <strong>{translated(option.text)}</strong>{' '}
            <span className="story-verdict">
              {option.right ? (option.id === answer ? texts.right : texts.rightAnswer) : texts.wrong}
            </span>
          </p>
          <Prose source={translated(option.because)} />
        </li>
      ))}
    </ul>
  )
}
