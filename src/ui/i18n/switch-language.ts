// Another language for the page: its texts are loaded first, and it is shown when they are there.

import type { Language } from '../../worker/protocol.ts'
import { notify } from '../store/notices.ts'
import { changeSettings } from '../store/settings.ts'
import { languages, lateTexts, loadTexts } from './load-texts.ts'
import { currentTexts } from './use-texts.ts'

let wanted: Language | null = null

/** With the large sections: panels that are open need them at once. */
const loadAll = (language: Language): Promise<unknown> =>
  Promise.all([loadTexts(language), lateTexts(language)])

export function switchLanguage(language: Language): void {
  wanted = language
  loadAll(language).then(
    () => {
      // Whoever changed their mind meanwhile gets what they chose last.
      if (wanted === language) changeSettings({ language })
    },
    (error: unknown) =>
      notify(currentTexts().app.callFailed(error instanceof Error ? error.message : String(error))),
  )
}

/** So that a switch is immediate, and works offline. A language that cannot be had now is asked for again by a switch. */
export function fetchOtherLanguages(): void {
  for (const language of languages) loadAll(language).catch(() => {})
}
