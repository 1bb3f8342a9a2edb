// Widgets that several panels share.

import type { design as english } from '../en/design.ts'
import type { Texts } from '../texts.ts'

export const design: Texts<typeof english> = {
  fold: (name) => `折叠 ${name}`,
  unfold: (name) => `展开 ${name}`,
  entries: (count) => `${count} 项`,
  changed: '有改动',
  you: '你',
  moreLines: (count) => `再显示 ${count} 行`,
}
