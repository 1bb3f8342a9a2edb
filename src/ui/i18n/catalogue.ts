// Every text of the page, by language and section. A section is one file a language; a missing key does not compile. The
// page itself loads one language at a time, the large sections after its first picture (load-texts.ts); tests compare
// them all.

import type { Language } from '../../worker/protocol.ts'
import { en } from './en/index.ts'
import { lateEn } from './en/late.ts'
import type { Texts } from './texts.ts'
import { zhCN } from './zh-CN/index.ts'
import { lateZhCN } from './zh-CN/late.ts'

export type Catalogue = Texts<typeof en>
export type LateCatalogue = Texts<typeof lateEn>

export const catalogues: Readonly<Record<Language, Catalogue & LateCatalogue>> = {
  en: { ...en, ...lateEn },
  'zh-CN': { ...zhCN, ...lateZhCN },
}
