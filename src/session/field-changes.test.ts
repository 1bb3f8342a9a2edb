import { expect, test } from 'vitest'
import { fieldChanges } from './field-changes.ts'

test.each([
  ['a new field', { a: 1 }, { a: 1, b: 2 }, [{ path: 'b', after: 2 }]],
  ['a field that is gone', { a: { b: 1 } }, { a: {} }, [{ path: 'a.b', before: 1 }]],
  ['a changed item of a plain list', { a: [1, 2] }, { a: [1, 3] }, [{ path: 'a[1]', before: 2, after: 3 }]],
  [
    'a new condition before an old one',
    { conditions: [{ type: 'Ready', status: 'False' }] },
    {
      conditions: [
        { type: 'Initialized', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
    },
    [
      { path: 'conditions[0]', after: { type: 'Initialized', status: 'True' } },
      { path: 'conditions[1].status', before: 'False', after: 'True' },
    ],
  ],
  ['nothing', { a: [{ name: 'x' }] }, { a: [{ name: 'x' }] }, []],
])('%s', (_name, before, after, changes) => {
  expect(fieldChanges(before, after)).toEqual(changes)
})

test('an object that did not exist before is one change', () => {
  expect(fieldChanges(null, { a: 1 })).toEqual([{ path: '', after: { a: 1 } }])
})
