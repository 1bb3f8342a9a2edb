// The steps of a chapter on a rail: what is done, what is now, what is to come, told by shape as well as by colour.

import { useEffect, useRef } from 'react'
import type { ChapterText, MilestoneText, StoryView } from '../../../worker/protocol.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { request } from '../../store/host.ts'
import type { StepState } from './progress.ts'
import { isPart, stepState } from './progress.ts'

interface StepListProps {
  readonly chapter: ChapterText
  readonly story: StoryView
}

export function StepList({ chapter, story }: StepListProps) {
  const texts = useTexts().story
  if (chapter.milestones.length === 0) return <p className="story-empty">{texts.noSteps}</p>
  return (
    <ol className="story-steps" aria-label={texts.steps}>
      {chapter.milestones.map((step) => (
        <Step key={step.id} step={step} state={stepState(step.id, story)} />
      ))}
    </ol>
  )
}

function Step({ step, state }: { readonly step: MilestoneText; readonly state: StepState }) {
  const texts = useTexts().story
  const translated = useTranslated()
  const item = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (state === 'now') item.current?.scrollIntoView({ block: 'nearest' })
  }, [state])
  // Ids that are numbers are the steps' numbers; others are names for links, which nobody needs to read.
  const number = /^[\d.]+$/.test(step.id) ? step.id : ''
  return (
    <li
      ref={item}
      data-state={state}
      data-part={isPart(step.id) || undefined}
      aria-current={state === 'now' ? 'step' : undefined}
    >
      <button type="button" className="story-step" onClick={() => request('seek', { step: step.id })}>
        <span className="story-mark" aria-hidden="true" />
        {number !== '' && <span className="story-number">{number}</span>}
        <span className="story-title">{translated(step.title)}</span>
        <span className="visually-hidden">{texts[state]}</span>
      </button>
    </li>
  )
}
