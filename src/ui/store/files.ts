// Manifests that command lines may name: what the YAML editor holds. The chapter's own files come with the scenario.

import { create } from 'zustand'
import { useView } from './view.ts'

interface Files {
  /** The user's files, by name; these go before the chapter's. */
  readonly own: Readonly<Record<string, string>>
}

export const useFiles = create<Files>(() => ({ own: {} }))

export const putFile = (name: string, text: string): void =>
  useFiles.setState(({ own }) => ({ own: { ...own, [name]: text } }))

export const removeFile = (name: string): void =>
  useFiles.setState(({ own }) => ({
    own: Object.fromEntries(Object.entries(own).filter(([known]) => known !== name)),
  }))

/** The chapter at the cursor, or the first: the one whose command and files are ready. */
function chapterFiles(): Readonly<Record<string, string>> {
  const { scenario, story } = useView.getState()
  const chapters = scenario?.chapters ?? []
  const chapter = chapters.find(({ id }) => id === story.chapter) ?? chapters[0]
  return chapter?.files ?? {}
}

/** Everything that a command line typed now can name. */
export const filesForCommand = (): Readonly<Record<string, string>> => ({
  ...chapterFiles(),
  ...useFiles.getState().own,
})
