// The story: the text of the step at the cursor, the list of steps, and below them what is for the reader to do.

import { lazy, Suspense, useLayoutEffect, useRef } from 'react'
import type { ChapterText, ScenarioView, StoryView } from '../../../worker/protocol.ts'
import { Prose } from '../../design/prose.tsx'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { request } from '../../store/host.ts'
import { expectStep } from '../../store/passed-time.ts'
import { useReadyChapter } from '../../store/ready-chapter.ts'
import { useView } from '../../store/view.ts'
import { CommandCard } from './command-card.tsx'
import { askedQuestion, neighbours, openChapter } from './progress.ts'
import { StepList } from './step-list.tsx'
import './story.css'

const QuestionCard = lazy(() =>
  import('./question-card.tsx').then((module) => ({ default: module.QuestionCard })),
)

export function StoryPanel() {
  const texts = useTexts().story
  const scenario = useView((view) => view.scenario)
  const story = useView((view) => view.story)
  const scroller = useRef<HTMLDivElement>(null)
  const step = story.milestone
  useLayoutEffect(() => {
    // A new step is read from its beginning.
    if (step !== null && scroller.current !== null) scroller.current.scrollTop = 0
  }, [step])
  if (scenario === null) return <p className="story-empty">{texts.loading}</p>
  const chapter = openChapter(scenario, story)
  if (chapter === undefined) return <p className="story-empty">{texts.noStory}</p>
  return (
    <div className="story">
      <div className="story-scroll" ref={scroller}>
        <StepText scenario={scenario} chapter={chapter} story={story} />
        <StepList scenario={scenario} story={story} />
      </div>
      <ForTheReader scenario={scenario} story={story} />
    </div>
  )
}

interface StoryPart {
  readonly scenario: ScenarioView
  readonly chapter: ChapterText
  readonly story: StoryView
}

function StepText({ scenario, chapter, story }: StoryPart) {
  const texts = useTexts().story
  const translated = useTranslated()
  const step = chapter.milestones.find(({ id }) => id === story.milestone)
  const number = scenario.chapters.indexOf(chapter) + 1
  return (
    <div className="story-text">
      <p className="story-where">
        {texts.chapterOf(number, scenario.chapters.length)}
        {step !== undefined && <> · {translated(chapter.title)}</>}
      </p>
      <h2>{translated(step?.title ?? chapter.title)}</h2>
      <div className="story-prose">
        <Prose source={translated(step?.text ?? chapter.intro)} />
      </div>
    </div>
  )
}

function ForTheReader({ scenario, story }: Omit<StoryPart, 'chapter'>) {
  const texts = useTexts().story
  const asked = askedQuestion(scenario, story)
  const ready = useReadyChapter()
  const { previous, next, number, count } = neighbours(scenario, story)
  const to = (step: string | null): void => {
    if (step === null) return
    expectStep()
    request('seek', { step })
  }
  return (
    <div className="story-reader">
      {asked !== null && (
        <Suspense>
          <QuestionCard key={asked.question.id} {...asked} />
        </Suspense>
      )}
      {asked === null && ready !== null && <CommandCard key={ready.id} chapter={ready} />}
      <div className="story-turn">
        <button
          type="button"
          className="story-turn-button"
          aria-disabled={previous === null}
          onClick={() => to(previous)}
        >
          <span aria-hidden="true">←</span> {texts.previous}
        </button>
        <span className="story-progress">{texts.progress(number, count)}</span>
        <button
          type="button"
          className="story-turn-button"
          aria-disabled={next === null}
          onClick={() => to(next)}
        >
          {texts.nextStep} <span aria-hidden="true">→</span>
        </button>
      </div>
    </div>
  )
}
