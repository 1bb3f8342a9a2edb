import { expect, test } from 'vitest'
import { answerProbe, containerBehaviour, usageAt } from './behaviour.ts'
import { imageBytes, imageLayers } from './image-catalogue.ts'
import { fullImageName, imageRepository } from './image-reference.ts'

const busybox = (...command: string[]) => ({ image: 'busybox', command })
const forever = { runSeconds: null }

test.each([
  ['a web server serves', { image: 'nginx:1.27' }, { ...forever, ports: [80], stopSeconds: 0.1 }],
  [
    'an unknown image runs for ever',
    { image: 'registry.example.com/team/shop:v2' },
    { ...forever, ports: undefined },
  ],
  ['busybox without a command ends at once', { image: 'busybox' }, { runSeconds: 0, exitCode: 0 }],
  ['true', busybox('true'), { runSeconds: 0, exitCode: 0 }],
  ['false', busybox('false'), { runSeconds: 0, exitCode: 1 }],
  ['/bin/false', busybox('/bin/false'), { runSeconds: 0, exitCode: 1 }],
  ['sleep ignores SIGTERM', busybox('sleep', '5'), { runSeconds: 5, exitCode: 0, stopSeconds: null }],
  ['sleep with units', busybox('sleep', '1m', '30s'), { runSeconds: 90 }],
  ['sleep for ever', busybox('sleep', 'infinity'), forever],
  ['arguments alone', { image: 'busybox', args: ['sh', '-c', 'exit 7'] }, { runSeconds: 0, exitCode: 7 }],
  ['a sequence', busybox('sh', '-c', 'echo a; sleep 2; exit 3; sleep 9'), { runSeconds: 2, exitCode: 3 }],
  ['and', busybox('sh', '-c', 'false && sleep 9'), { runSeconds: 0, exitCode: 1 }],
  ['or', busybox('sh', '-c', 'false || sleep 9'), { runSeconds: 9, exitCode: 0 }],
  ['an endless loop', busybox('sh', '-c', 'while true; do echo hi; sleep 1; done'), forever],
  [
    'a loop of which the body exits',
    busybox('sh', '-c', 'while true; do sleep 4; exit 2; done'),
    { runSeconds: 4, exitCode: 2 },
  ],
  ['tail -f', busybox('tail', '-f', '/dev/null'), forever],
  ['a server told to sleep', { image: 'nginx', command: ['sleep', '3'] }, { runSeconds: 3, ports: [] }],
  [
    'a program that is not there',
    busybox('nosuch'),
    { startError: 'exec: "nosuch": executable file not found in $PATH' },
  ],
  ['a registry that cannot be', { image: 'registry.invalid/x' }, { pull: 'fail' }],
])('%s', (_name, container, expected) => {
  expect(containerBehaviour(container, undefined)).toMatchObject(expected)
})

test.each([
  [{ 'run-seconds': '3' }, { runSeconds: 3, exitCode: 0 }],
  [{ 'run-seconds': '1m' }, { runSeconds: 60 }],
  [{ 'exit-code': '2' }, { runSeconds: 1, exitCode: 2 }],
  [{ 'start-seconds': '4.5' }, { startSeconds: 4.5, readinessAnnotated: true, ready: true }],
  [{ ready: 'false' }, { ready: false, readinessAnnotated: true }],
  [{ pull: 'fail' }, { pull: 'fail' }],
  [{ log: 'one\ntwo' }, { log: [{ line: 'one' }, { line: 'two' }] }],
  [
    { 'run-seconds': 'soon', 'exit-code': 'x' },
    { runSeconds: null, exitCode: 0 },
  ],
])('annotations override the image: %o', (annotations, expected) => {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([k, v]) => [`vitrine.sim/${k}`, v]))
  expect(containerBehaviour({ image: 'nginx' }, prefixed)).toMatchObject(expected)
})

test.each([
  ['128Mi', 64, { runSeconds: 0, exitCode: 137, endReason: 'OOMKilled' }],
  ['32Mi, 65Mi@40s', 64, { runSeconds: 40, exitCode: 137, endReason: 'OOMKilled' }],
  ['32Mi, 64Mi@40s', 64, { runSeconds: null, exitCode: 0, endReason: '' }],
  ['1Gi', undefined, { runSeconds: null, exitCode: 0, endReason: '' }],
])('a process that uses %s under a limit of %s MiB', (memory, limit, ends) => {
  const shape = { image: 'nginx', ...(limit === undefined ? {} : { memoryLimit: limit * 1024 * 1024 }) }
  expect(containerBehaviour(shape, { 'vitrine.sim/memory': memory })).toMatchObject(ends)
  expect(containerBehaviour({ ...shape, memoryLimit: 1 }, undefined)).toMatchObject({ runSeconds: null })
})

test('a process that ends before it would use too much ends as it would anyway', () => {
  const shape = { image: 'busybox', command: ['sleep', '5'], memoryLimit: 1024 }
  const behaviour = containerBehaviour(shape, { 'vitrine.sim/memory': '1, 2Ki@5s' })
  expect(behaviour).toMatchObject({ runSeconds: 5, exitCode: 0, endReason: '' })
})

test('usage may change over time', () => {
  const { usage } = containerBehaviour(
    { image: 'nginx' },
    { 'vitrine.sim/cpu': '50m, 200m@30s, 1@2m', 'vitrine.sim/memory': '64Mi' },
  )
  expect([0, 29, 30, 119, 120].map((at) => usageAt(usage.cpu, at))).toEqual([50, 50, 200, 200, 1000])
  expect(usageAt(usage.memory, 5)).toBe(64 * 1024 * 1024)
})

test.each([
  ['nginx', 'docker.io/library/nginx:latest', 'docker.io/library/nginx'],
  ['bitnami/redis:7', 'docker.io/bitnami/redis:7', 'docker.io/bitnami/redis'],
  ['localhost:5000/app', 'localhost:5000/app:latest', 'localhost:5000/app'],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10', 'registry.k8s.io/pause'],
  ['app@sha256:ab', 'docker.io/library/app@sha256:ab', 'docker.io/library/app'],
])('%s is %s', (image, name, repository) => {
  expect(fullImageName(image)).toBe(name)
  expect(imageRepository(image)).toBe(repository)
})

test('images of one base share its layer; an unknown image has the same size each time', () => {
  const layers = (image: string) => imageLayers(image).map(({ digest }) => digest)
  expect(layers('nginx')[0]).toBe(layers('redis')[0])
  expect(layers('nginx')[1]).not.toBe(layers('redis')[1])
  expect(imageBytes('nginx')).toBe(72_000_000)
  expect(imageBytes('example.com/x:1')).toBe(imageBytes('example.com/x:1'))
})

test('the liveness example of the documentation: a file that is removed after 30 s', () => {
  const container = busybox('/bin/sh', '-c', 'touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600')
  const behaviour = containerBehaviour(container, undefined)
  const probe = { exec: { command: ['cat', '/tmp/healthy'] } }
  const ok = (at: number) => answerProbe(behaviour, container, 'liveness', probe, '10.0.0.1', at).ok
  expect([1, 29, 31].map(ok)).toEqual([true, true, false])
})

test('a probe of a port that nobody listens on is refused', () => {
  const container = { image: 'nginx', ports: [{ name: 'web', containerPort: 80 }] }
  const behaviour = containerBehaviour(container, undefined)
  const ask = (port: number | string, at = 5) =>
    answerProbe(behaviour, container, 'liveness', { tcpSocket: { port } }, '10.0.0.1', at)
  expect(ask('web').ok).toBe(true)
  expect(ask(80, 0.05).ok).toBe(false)
  expect(ask(8080)).toEqual({ ok: false, output: 'dial tcp 10.0.0.1:8080: connect: connection refused' })
})
