// The steps on a rail, chapter by chapter: what is done, what is now, what is to come, told by shape as well as by colour.

import type { ChapterText, MilestoneText, ScenarioView, StoryView } from '../../../worker/protocol.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { request } from '../../store/host.ts'
import { hover, useEmphasis } from '../../store/selection.ts'
import type { StepState } from './progress.ts'
import { isPart, stepState } from './progress.ts'

interface StepListProps {
  readonly scenario: ScenarioView
  readonly story: StoryView
}

export function StepList({ scenario, story }: StepListProps) {
  const texts = useTexts().story
  const many = scenario.chapters.length > 1
  return (
    <ol className="story-steps" aria-label={texts.steps}>
      {scenario.chapters.map((chapter) => [
        many && <ChapterHeading key={chapter.id} chapter={chapter} isOpen={chapter.id === story.chapter} />,
        ...chapter.milestones.map((step) => (
          <Step
            key={step.id}
            step={step}
            state={stepState(step.id, story)}
            seq={story.reached.find(({ id }) => id === step.id)?.seq}
          />
        )),
      ])}
    </ol>
  )
}

interface ChapterHeadingProps {
  readonly chapter: ChapterText
  readonly isOpen: boolean
}

function ChapterHeading({ chapter, isOpen }: ChapterHeadingProps) {
  const translated = useTranslated()
  return (
    <li className="story-chapter" data-open={isOpen || undefined}>
      <button
        type="button"
        className="story-chapter-button"
        onClick={() => request('seek', { step: chapter.id })}
      >
        {translated(chapter.title)}
      </button>
    </li>
  )
}

interface StepProps {
  readonly step: MilestoneText
  readonly state: StepState
  /** The event that reached it. */
  readonly seq: number | undefined
}

function Step({ step, state, seq }: StepProps) {
  const texts = useTexts().story
  const translated = useTranslated()
  const emphasis = useEmphasis(seq === undefined ? 'none' : `event ${seq}`)
  // Ids that are numbers are the steps' numbers; others are names for links, which nobody needs to read.
  const number = /^[\d.]+$/.test(step.id) ? step.id : ''
  return (
    <li
      className="story-item"
      data-state={state}
      data-emphasis={emphasis}
      onPointerEnter={() => hover(seq === undefined ? null : { kind: 'event', seq })}
      onPointerLeave={() => hover(null)}
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
