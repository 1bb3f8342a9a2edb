import { expect, test } from 'vitest'
import { splitWords } from './shell.ts'

test.each([
  ['kubectl  get pods', ['kubectl', 'get', 'pods']],
  [`patch x -p '{"a": "b c"}'`, ['patch', 'x', '-p', '{"a": "b c"}']],
  [`a "b \\"c\\" $d"`, ['a', 'b "c" $d']],
  [`-o jsonpath='{.a}{"\\n"}'`, ['-o', 'jsonpath={.a}{"\\n"}']],
  ['a\\ b c', ['a b', 'c']],
  ['a \\\n b', ['a', 'b']],
  [`a ''`, ['a', '']],
  ['get pods # all of them', ['get', 'pods']],
  ['', []],
])('%s', (line, words) => {
  expect(splitWords(line)).toEqual({ words })
})

test.each([
  ['get pods | grep x', /^pipes/],
  ['get pods > file', /^redirections/],
  ['get pods; get svc', /one command at a time/],
  ['get pods && get svc', /"&&"/],
  ['get $(date)', /substitution/],
  ['get "$(date)"', /substitution/],
  ['get `date`', /substitution/],
  ["get 'pods", /matching '/],
  [`get pods ${'a '.repeat(1_000)}`, /at most 1000 words/],
])('%s is refused', (line, reason) => {
  const result = splitWords(line)
  expect('error' in result ? result.error : '').toMatch(reason)
})
