// Which manifests the editor knows, and the text of one.

import type { ScenarioView } from '../../../worker/protocol.ts'
import { examples } from './examples.ts'

type FileTexts = Readonly<Record<string, string>>

/** The files of every chapter; where two have the same name, the first. */
export function chapterFilesOf(scenario: ScenarioView | null): FileTexts {
  const files = (scenario?.chapters ?? []).toReversed().map((chapter) => chapter.files)
  return Object.assign({}, ...files)
}

export const textOf = (name: string, own: FileTexts, chapter: FileTexts): string =>
  [own, chapter, examples].find((files) => Object.hasOwn(files, name))?.[name] ?? ''

/** A name that is not taken: "my.yaml", "my-2.yaml", … */
export function freshName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'my.yaml' : `my-${number}.yaml`
    if (!taken.includes(name)) return name
  }
}

/** A name that a command line can hold without quotes. */
export const plainName = (name: string): string => name.replace(/[^\w.-]+/g, '-').slice(-100) || 'my.yaml'
