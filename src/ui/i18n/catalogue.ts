// Every text of the page, by language and section. A section is one file a language; a missing key does not compile. The
// page itself loads one language at a time (load-texts.ts); tests compare them all.

import type { Language } from '../../worker/protocol.ts'
import { en } from './en/index.ts'
import type { Texts } from './texts.ts'
import { zhCN } from './zh-CN/index.ts'

export type Catalogue = Texts<typeof en>

export const catalogues: Readonly<Record<Language, Catalogue>> = { en, 'zh-CN': zhCN }
