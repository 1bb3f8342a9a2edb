// Which of the scenario's questions is to be asked. One is due while its milestone is the newest that the cursor has
// reached; whoever steps or seeks past it has passed it over.
import type { Scenario } from './scenario.ts'
import type { Session } from './session.ts'

type Question = Scenario['chapters'][number]['questions'][number]

const questionsOf = (session: Session): readonly Question[] =>
  session.scenario.chapters
    .flatMap((chapter) => chapter.questions)
    .filter(({ id }) => !session.answers.has(id))

/** The question that covers what comes next, at the cursor. */
export function dueQuestion(session: Session): Question | undefined {
  const { branch, cursor } = session
  const reached = branch.milestones.at(session.length).reached.filter(({ at }) => at <= cursor)
  const newest = reached[reached.length - 1]?.id
  return questionsOf(session).find(({ after }) => after === newest)
}

/** When playing on from the cursor comes to a question; undefined when, as far as is simulated, it does not. */
export function nextQuestionAt(session: Session): number | undefined {
  const { branch, cursor } = session
  if (dueQuestion(session) !== undefined) return cursor
  const { reached } = branch.milestones.at(branch.recording.length)
  const times = questionsOf(session).flatMap(({ after }) => reached.find(({ id }) => id === after)?.at ?? [])
  return times.filter((at) => at > cursor).sort((a, b) => a - b)[0]
}
