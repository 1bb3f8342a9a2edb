// The texts of one language, loaded when that language is first shown.

import type { Language } from '../../worker/protocol.ts'
import type { Catalogue, LateCatalogue } from './catalogue.ts'

export const languages: readonly Language[] = ['zh-CN', 'en']

const sources: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: async () => (await import('./en/index.ts')).en,
  'zh-CN': async () => (await import('./zh-CN/index.ts')).zhCN,
}

const loaded = new Map<Language, Catalogue>()

export async function loadTexts(language: Language): Promise<Catalogue> {
  const texts = loaded.get(language) ?? (await sources[language]())
  loaded.set(language, texts)
  return texts
}

/** A language is shown only after its texts are there, so that components have them at once. */
export function loadedTexts(language: Language): Catalogue {
  const texts = loaded.get(language)
  if (texts === undefined) throw new Error(`The texts in ${language} are not loaded.`)
  return texts
}

const lateSources: Readonly<Record<Language, () => Promise<LateCatalogue>>> = {
  en: async () => (await import('./en/late.ts')).lateEn,
  'zh-CN': async () => (await import('./zh-CN/late.ts')).lateZhCN,
}

const late = new Map<Language, Promise<LateCatalogue>>()

/** The same promise each time, as React's `use` wants it; one that failed is made anew. */
export function lateTexts(language: Language): Promise<LateCatalogue> {
  const known = late.get(language)
  if (known !== undefined) return known
  const texts = lateSources[language]()
  late.set(language, texts)
  texts.then(
    // By this React's `use` knows at the first glance that there is nothing to wait for, not even a moment.
    (value) => Object.assign(texts, { status: 'fulfilled', value }),
    () => late.delete(language),
  )
  return texts
}
