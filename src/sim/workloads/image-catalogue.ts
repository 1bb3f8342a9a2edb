// What is known of images: their layers, the ports they serve and what they use. An image that is not listed has a size
// that follows from its name, serves what its container declares, and runs for ever.
import { hashString } from '../kernel/random.ts'
import { fullImageName, parseImage } from './image-reference.ts'

export interface ImageLayer {
  readonly digest: string
  readonly bytes: number
}

/** A `server` runs for ever; a `shell` runs its command and exits without one; a `job` ends by itself. */
export type ImageRole = 'server' | 'shell' | 'job'

export interface ImageProfile {
  readonly role: ImageRole
  /** The ports it listens on; undefined: whatever its container declares. */
  readonly ports: readonly number[] | undefined
  /** From the start of the process until it serves. */
  readonly startSeconds: number
  /** Of a `job`. */
  readonly runSeconds: number
  readonly cpuMilli: number
  readonly memoryBytes: number
}

const MB = 1_000_000
const MiB = 1024 * 1024

interface Listed {
  readonly role?: ImageRole
  readonly base: keyof typeof BASES
  /** Megabytes above the base. */
  readonly size: number
  readonly ports?: readonly number[]
  readonly start?: number
  readonly run?: number
  readonly cpu?: number
  readonly memory?: number
}

/** Base layers, in megabytes as they travel; images that share one pull it once. */
const BASES = { none: 0, alpine: 3.6, debian: 28.2, ubuntu: 29.7, jammy: 30.4 } as const

const LISTED: Readonly<Record<string, Listed>> = {
  pause: { base: 'none', size: 0.7, cpu: 0, memory: 1 },
  nginx: { base: 'debian', size: 43.8, ports: [80], memory: 8 },
  httpd: { base: 'debian', size: 30.2, ports: [80], memory: 12 },
  redis: { base: 'debian', size: 22.4, ports: [6379], start: 0.3, cpu: 3, memory: 12 },
  memcached: { base: 'debian', size: 5.1, ports: [11211], memory: 6 },
  postgres: { base: 'debian', size: 121.6, ports: [5432], start: 4, cpu: 5, memory: 48 },
  mysql: { base: 'none', size: 172.4, ports: [3306], start: 8, cpu: 8, memory: 380 },
  mariadb: { base: 'ubuntu', size: 92.1, ports: [3306], start: 5, cpu: 6, memory: 120 },
  mongo: { base: 'jammy', size: 244.8, ports: [27017], start: 3, cpu: 10, memory: 160 },
  rabbitmq: { base: 'ubuntu', size: 68.3, ports: [5672], start: 9, cpu: 12, memory: 130 },
  tomcat: { base: 'ubuntu', size: 176.5, ports: [8080], start: 3, cpu: 4, memory: 150 },
  traefik: { base: 'alpine', size: 42.7, ports: [80, 8080], memory: 30 },
  haproxy: { base: 'debian', size: 14.6, ports: [80], memory: 12 },
  registry: { base: 'alpine', size: 6.9, ports: [5000], memory: 14 },
  whoami: { base: 'none', size: 2.9, ports: [80], memory: 4 },
  echoserver: { base: 'none', size: 46.1, ports: [8080], memory: 10 },
  'hello-app': { base: 'alpine', size: 3.5, ports: [8080], memory: 4 },
  'gb-frontend': { base: 'debian', size: 140.2, ports: [80], memory: 20 },
  'http-echo': { base: 'none', size: 3.1, ports: [5678], memory: 4 },
  podinfo: { base: 'alpine', size: 14.8, ports: [9898], memory: 16 },
  coredns: { base: 'none', size: 20.9, ports: [53, 8080, 8181, 9153], memory: 16 },
  'metrics-server': { base: 'none', size: 19.6, ports: [4443, 10250], start: 2, memory: 24 },
  'hpa-example': { base: 'debian', size: 152.3, ports: [80], cpu: 1, memory: 10 },
  busybox: { role: 'shell', base: 'none', size: 4.2, memory: 1 },
  alpine: { role: 'shell', base: 'alpine', size: 0, memory: 1 },
  debian: { role: 'shell', base: 'debian', size: 0, memory: 2 },
  ubuntu: { role: 'shell', base: 'ubuntu', size: 0, memory: 2 },
  centos: { role: 'shell', base: 'none', size: 83.5, memory: 2 },
  fedora: { role: 'shell', base: 'none', size: 65.8, memory: 2 },
  bash: { role: 'shell', base: 'alpine', size: 3.2, memory: 1 },
  curl: { role: 'shell', base: 'alpine', size: 5.4, memory: 3 },
  netshoot: { role: 'shell', base: 'alpine', size: 198.4, memory: 4 },
  python: { role: 'shell', base: 'debian', size: 342.9, memory: 12 },
  node: { role: 'shell', base: 'debian', size: 361.2, memory: 30 },
  golang: { role: 'shell', base: 'debian', size: 269.7, memory: 20 },
  'hello-world': { role: 'job', base: 'none', size: 0.01, run: 0.05, memory: 1 },
  perl: { role: 'job', base: 'debian', size: 330.1, run: 6, cpu: 980, memory: 14 },
}

const PROFILES: Readonly<Record<string, ImageProfile>> = Object.fromEntries(
  Object.entries(LISTED).map(([name, listed]) => [name, profileOf(listed)]),
)

function profileOf({ role, ports, start, run, cpu, memory }: Listed): ImageProfile {
  return Object.freeze({
    role: role ?? 'server',
    ports: ports ?? [],
    startSeconds: start ?? 0.1,
    runSeconds: run ?? 0,
    cpuMilli: cpu ?? 1,
    memoryBytes: (memory ?? 8) * MiB,
  })
}

/** What is known of an image with this last part of its name: always the same object. */
export const listedProfile = (name: string): ImageProfile | undefined =>
  Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined

/** What is known, or taken for granted, of an image. */
export const imageProfile = (image: string): ImageProfile =>
  listedProfile(parseImage(image).name) ?? unlistedProfile(hashString(fullImageName(image)))

const listedAs = (name: string): Listed | undefined =>
  Object.hasOwn(LISTED, name) ? LISTED[name] : undefined

function unlistedProfile(hash: number): ImageProfile {
  return {
    role: 'server',
    ports: undefined,
    startSeconds: 0.2,
    runSeconds: 0,
    cpuMilli: 1 + (hash % 5),
    memoryBytes: (8 + (hash % 56)) * MiB,
  }
}

/** What an image is made of, the base first. */
export function imageLayers(image: string): readonly ImageLayer[] {
  const reference = parseImage(image)
  const listed = listedAs(reference.name)
  const name = fullImageName(image)
  if (listed === undefined) return layer(name, (12 + (hashString(name) % 140)) * MB)
  const alpine = reference.tag.includes('alpine') && listed.base !== 'alpine'
  const base = alpine ? 'alpine' : listed.base
  const own = alpine ? listed.size * 0.3 : listed.size
  return [...layer(`base/${base}`, BASES[base] * MB), ...layer(name, own * MB)]
}

const layer = (name: string, bytes: number): ImageLayer[] =>
  bytes === 0 ? [] : [{ digest: digestOf(`layer/${name}`), bytes: Math.round(bytes) }]

/** The size of an image as the runtime and the Node's status report it. */
export function imageBytes(image: string): number {
  return imageLayers(image).reduce((sum, { bytes }) => sum + bytes, 0)
}

/** A digest that looks like one and is the same in every run. */
export function digestOf(text: string): string {
  let digits = ''
  let hash = hashString(text)
  for (let i = 0; i < 8; i++) {
    hash = hashString(`${i}/${text}`, hash)
    digits += hash.toString(16).padStart(8, '0')
  }
  return `sha256:${digits}`
}
