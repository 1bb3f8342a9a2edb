import { expect, test } from 'vitest'
import { YAML_LIMITS } from './bounded-yaml.ts'
import { parseManifests } from './manifest.ts'

const head = 'apiVersion: v1\nkind: ConfigMap\n'

test('several documents, empty ones left out', () => {
  const parsed = parseManifests(
    `---\n${head}metadata: {name: a}\n---\n# nothing\n---\n${head}metadata: {name: b}\n`,
  )
  expect(parsed).toEqual({
    objects: ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
  })
})

test('the 1,500 Deployments of the largest cluster are read', () => {
  const deployment = (index: number): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  labels:
    app: web-${index}
spec:
  replicas: 100
  selector:
    matchLabels:
      app: web-${index}
  template:
    metadata:
      labels:
        app: web-${index}
    spec:
      containers:
        - name: web
          image: nginx:1.29
          ports:
            - containerPort: 80
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
`
  const parsed = parseManifests(Array.from({ length: 1_500 }, (_, index) => deployment(index)).join('---\n'))
  expect('objects' in parsed && parsed.objects).toHaveLength(1_500)
})

test('JSON is YAML, and a List is opened', () => {
  const item = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }
  expect(parseManifests(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item, item] }))).toEqual({
    objects: [item, item],
  })
})

test('anchors, and values that only look like others', () => {
  expect(
    parseManifests(`${head}a: &x {b: yes}\nc: *x\nd: 1.20\ne: 0x10\nf: 012\ng: 2026-01-01\nh: 12:30:00\n`),
  ).toEqual({
    objects: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        a: { b: true },
        c: { b: true },
        d: 1.2,
        e: 16,
        f: 10,
        g: '2026-01-01',
        h: '12:30:00',
      },
    ],
  })
})

test('nothing is no object', () => {
  expect(parseManifests('')).toEqual({ objects: [] })
  expect(parseManifests('# only a comment\n---\n')).toEqual({ objects: [] })
})

const bomb = `${head}a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(',')}]`).join('\n')}\n`

test.each([
  ['a duplicate key', `${head}a: 1\na: 2\n`, 'key already set in map', 4],
  ['bad indentation', 'a: 1\n  b: 2\n', 'mapping values are not allowed in this context', 2],
  [
    'a key that is indented too far',
    'a:\n b: c\n  d: e\n',
    'mapping values are not allowed in this context',
    3,
  ],
  ['a tab', 'a:\n\tb: 1\n', 'found character that cannot start any token', 2],
  ['an open bracket', `${head}a: [1, 2\n`, /./, 4],
  ['a list', '- a\n', 'invalid object to validate', 1],
  ['a text', 'hello\n', 'invalid object to validate', 1],
  ['no kind', 'apiVersion: v1\n', 'kind not set', 1],
  ['neither kind nor apiVersion', 'metadata: {name: a}\n', '[apiVersion not set, kind not set]', 1],
  ['a kind that is no text', 'apiVersion: v1\nkind: 3\n', "kind isn't string type", 1],
  ['no apiVersion, in the second document', `${head}---\nkind: Pod\n`, 'apiVersion not set', 4],
  ['a number that JSON lacks', `${head}a: .inf\n`, /JSON/, 1],
])('%s is an error with its place', (_name, text, message, line) => {
  const parsed = parseManifests(text)
  expect(parsed).toHaveProperty('error')
  if (!('error' in parsed)) return
  if (typeof message === 'string') expect(parsed.error.message).toBe(message)
  else expect(parsed.error.message).toMatch(message)
  expect(parsed.error.line).toBe(line)
})

test('what is too large, too deep or grows without end is refused', () => {
  const deep = `${head}a: ${'['.repeat(YAML_LIMITS.depth + 1)}${']'.repeat(YAML_LIMITS.depth + 1)}\n`
  const large = `${head}a: ${'x'.repeat(YAML_LIMITS.characters)}\n`
  for (const text of [deep, large, bomb]) expect(parseManifests(text)).toHaveProperty('error')
})
