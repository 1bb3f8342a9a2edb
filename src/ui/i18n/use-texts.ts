// How components get their words: the catalogue in the page's language, and a scenario's own texts in it.

import { use } from 'react'
import type { Language, Text } from '../../worker/protocol.ts'
import { useSettings } from '../store/settings.ts'
import type { Catalogue, LateCatalogue } from './catalogue.ts'
import { lateTexts, loadedTexts } from './load-texts.ts'

export const useLanguage = (): Language => useSettings((settings) => settings.language)

export const useTexts = (): Catalogue => loadedTexts(useLanguage())

/** The large sections, for what is lazy itself: it suspends until they are there, and not for a moment longer. */
export const useLateTexts = (): LateCatalogue => use(lateTexts(useLanguage()))

/** The scenario and the faults bring their texts in both languages. */
export function useTranslated(): (text: Text) => string {
  const language = useLanguage()
  return (text) => tied(text[language])
}

/** A count such as "0 / 1" stays on one line. */
const tied = (text: string): string => text.replace(/(\d) \/ (?=\d)/g, '$1\u00a0/\u00a0')

/** Outside of components: automation, notices, the live transcript. */
export const currentTexts = (): Catalogue => loadedTexts(useSettings.getState().language)
