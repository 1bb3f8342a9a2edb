import { expect, test } from 'vitest'
import { imageNameError } from './image-reference.ts'

const BAD = 'invalid reference format'

test.each([
  ['nginx', ''],
  ['nginx:1.29', ''],
  ['registry.k8s.io/e2e-test-images/agnhost:2.53', ''],
  ['localhost:5000/my_app/web-1', ''],
  [`nginx@sha256:${'0'.repeat(64)}`, ''],
  ['Nginx', `${BAD}: repository name (library/Nginx) must be lowercase`],
  ['nginx:', BAD],
  ['nginx:1:2', BAD],
  ['nginx@', BAD],
  ['nginx:-1', BAD],
  ['a//b', BAD],
  ['with space', BAD],
])('%j: %s', (image, error) => {
  expect(imageNameError(image)).toBe(error)
})
