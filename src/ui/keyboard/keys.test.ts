import { expect, test } from 'vitest'
import type { KeyPress, Wish } from './keys.ts'
import { wishOf } from './keys.ts'

const press = (text: string): KeyPress => {
  const parts = text.split('+')
  return {
    key: parts.at(-1) ?? '',
    shiftKey: parts.includes('Shift'),
    ctrlKey: parts.includes('Control'),
    altKey: parts.includes('Alt'),
    metaKey: parts.includes('Meta'),
  }
}

test.each<[string, Wish | null]>([
  [' ', 'play-pause'],
  ['ArrowRight', 'step-forward'],
  ['ArrowLeft', 'step-back'],
  ['Shift+ArrowRight', 'chapter-forward'],
  ['Shift+ArrowLeft', 'chapter-back'],
  ['Control+ArrowRight', 'until-quiet'],
  ['Home', 'to-start'],
  ['End', 'to-head'],
  ['[', 'slower'],
  [']', 'faster'],
  ['PageDown', 'next-milestone'],
  ['PageUp', 'previous-milestone'],
  ['b', 'blank'],
  ['.', 'blank'],
  ['k', 'kill'],
  ['Shift+K', 'kill'],
  ['w', 'why'],
  ['/', 'kubectl'],
  ['p', 'present'],
  ['Shift+?', 'help'],
  ['Control+k', null],
  ['Meta+ArrowRight', null],
  ['Alt+ArrowLeft', null],
  ['q', null],
])('%s means %s', (text, wish) => {
  expect(wishOf(press(text))).toBe(wish)
})
