// Which commands are played after they were answered.

import { expect, test } from 'vitest'
import { isWorthWatching } from './run-command.ts'

test.each([
  ['kubectl apply -f web.yaml', true],
  ['delete pod web', true],
  ['kubectl rollout undo deployment/web', true],
  ['kubectl rollout status deployment/web', false],
  ['kubectl get pods', false],
  ['kubectl apply --dry-run=server -f web.yaml', false],
])('%s: %s', (line, watched) => {
  expect(isWorthWatching(line)).toBe(watched)
})
