// Golden conversations: each file of testdata/ is played, and must read as it did. `UPDATE_GOLDEN=1` writes them anew;
// do that only when every changed line is understood.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playConversation } from './conversation.ts'

const folder = new URL('./testdata/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))

test('there are conversations to play', () => {
  expect(files.length).toBeGreaterThan(12)
})

test.each(files)('%s', (name) => {
  const file = new URL(name, folder)
  const written = readFileSync(file, 'utf8')
  const played = playConversation(written)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, played)
  else expect(played).toBe(written)
})
