// The story: chapters, milestones, the prepared command, questions.

export const story = {
  chapterOf: (number: number, count: number) => `Chapter ${number} of ${count}`,
  steps: 'Steps',
  done: 'done',
  now: 'now',
  next: 'not yet',
  prepared: 'Typed and ready',
  comesNext: 'Comes next',
  run: 'Run',
  running: 'Running…',
  files: (names: string) => `with ${names}`,
  guess: 'Your guess first',
  answered: 'Your guess',
  right: 'right',
  wrong: 'not this one',
  rightAnswer: 'the answer',
  goOn: 'Go on',
  previous: 'Previous',
  nextStep: 'Next',
  loading: 'Opening the story…',
  noStory: 'This session has no story. Type a command below, and follow it on the stage.',
}
