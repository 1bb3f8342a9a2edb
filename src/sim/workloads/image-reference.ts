// How an image's name is read and completed, as containerd's reference parser does it: `nginx` is
// `docker.io/library/nginx:latest`. Models github.com/distribution/reference.
import { remembering } from '../kernel/remembering.ts'

export interface ImageReference {
  readonly registry: string
  /** The path in the registry, such as `library/nginx`. */
  readonly repository: string
  /** The last part of the path: `nginx`. */
  readonly name: string
  readonly tag: string
  /** `sha256:…`, or empty. */
  readonly digest: string
}

export function parseImage(image: string): ImageReference {
  const at = image.indexOf('@')
  const digest = at < 0 ? '' : image.slice(at + 1)
  const tagged = at < 0 ? image : image.slice(0, at)
  const colon = tagged.lastIndexOf(':')
  const hasTag = colon > tagged.lastIndexOf('/')
  const path = hasTag ? tagged.slice(0, colon) : tagged
  const tag = hasTag ? tagged.slice(colon + 1) : digest === '' ? 'latest' : ''
  const slash = path.indexOf('/')
  const named = namesRegistry(path, slash)
  const registry = named ? path.slice(0, slash) : 'docker.io'
  const rest = named ? path.slice(slash + 1) : path
  const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest
  return { registry, repository, name: repository.slice(repository.lastIndexOf('/') + 1), tag, digest }
}

// cache: complete names, at most 1,024, so that everything made of an image shares its name.
/** The complete name, by which the runtime stores an image. */
export const fullImageName = remembering(1024, (image: string): string => {
  const colon = image.lastIndexOf(':')
  const slash = image.indexOf('/')
  const hasTag = colon > image.lastIndexOf('/')
  // Most names lack only what goes before and after them, which needs no parts.
  if (image.includes('@') || colon === image.length - 1 || namesRegistry(image, slash))
    return fullName(parseImage(image))
  const complete = slash < 0 ? `docker.io/library/${image}` : `docker.io/${image}`
  return hasTag ? complete : `${complete}:latest`
})

const fullName = ({ registry, repository, tag, digest }: ImageReference): string =>
  `${registry}/${repository}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`

/** Whether what stands before the first slash is a registry and no part of the path. */
function namesRegistry(path: string, slash: number): boolean {
  if (slash < 0) return false
  const first = path.slice(0, slash)
  return first.includes('.') || first.includes(':') || first === 'localhost'
}

/** The complete name without its tag, as it stands before the `@` of a digest. */
export function imageRepository(image: string): string {
  const { registry, repository } = parseImage(image)
  return `${registry}/${repository}`
}

const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const TAG = /^\w[\w.-]{0,127}$/
const MAX_TAG = 128
const LETTER_A = 97
const LETTER_Z = 122
const DIGIT_0 = 48
const DIGIT_9 = 57
const COLON = 58
const SLASH = 47
const DOT = 46
const DASH = 45
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** What is wrong with an image's name, in the parser's words; empty where nothing is. */
export function imageNameError(image: string): string {
  if (isPlainName(image)) return ''
  const { registry, repository, tag, digest } = parseImage(image)
  const valid =
    DOMAIN.test(registry) &&
    (tag === '' || TAG.test(tag)) &&
    (digest === '' || DIGEST.test(digest)) &&
    (!image.includes('@') || digest !== '') &&
    !image.endsWith(':')
  const fits = (path: string): boolean => path.split('/').every((component) => COMPONENT.test(component))
  if (valid && fits(repository)) return ''
  if (valid && fits(repository.toLowerCase()))
    return `invalid reference format: repository name (${repository}) must be lowercase`
  return 'invalid reference format'
}

/**
 * Whether a name is of the plain kind that is always valid: lower-case words joined by single dots, dashes and slashes, and
 * perhaps a tag of the same. To look at each character once is cheaper than the patterns.
 */
function isPlainName(image: string): boolean {
  let joined = true
  let tag = 0
  for (let i = 0; i < image.length; i++) {
    const unit = image.charCodeAt(i)
    const isWord = (unit >= LETTER_A && unit <= LETTER_Z) || (unit >= DIGIT_0 && unit <= DIGIT_9)
    if (!isWord) {
      if (joined) return false
      if (tag > 0 && (unit === COLON || unit === SLASH)) return false
      if (unit === COLON) tag = i
      else if (unit !== SLASH && unit !== DOT && unit !== DASH) return false
    }
    joined = !isWord
  }
  return !joined && (tag === 0 || image.length - tag <= MAX_TAG)
}
