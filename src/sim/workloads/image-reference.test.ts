import { expect, test } from 'vitest'
import { fullImageName, imageNameError } from './image-reference.ts'

const BAD = 'invalid reference format'

test.each([
  ['nginx', ''],
  ['nginx:1.29', ''],
  [`nginx:${'1'.repeat(128)}`, ''],
  [`nginx:${'1'.repeat(129)}`, BAD],
  ['nginx.', BAD],
  ['nginx:1/2', ''],
  ['nginx:1..2', ''],
  ['a_b.c/d', BAD],
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

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.29', 'docker.io/library/nginx:1.29'],
  ['team/app', 'docker.io/team/app:latest'],
  ['docker.io/nginx', 'docker.io/library/nginx:latest'],
  ['docker.io/team/app:1', 'docker.io/team/app:1'],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['nginx:', 'docker.io/library/nginx'],
  ['nginx:1@sha256:00', 'docker.io/library/nginx:1@sha256:00'],
  ['nginx@sha256:00', 'docker.io/library/nginx@sha256:00'],
])('the complete name of %j is %s', (image, complete) => {
  expect(fullImageName(image)).toBe(complete)
})
