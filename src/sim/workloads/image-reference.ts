// How an image's name is read and completed, as containerd's reference parser does it: `nginx` is
// `docker.io/library/nginx:latest`. Models github.com/distribution/reference.

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
  const first = slash < 0 ? '' : path.slice(0, slash)
  const named = first.includes('.') || first.includes(':') || first === 'localhost'
  const registry = named ? first : 'docker.io'
  const rest = named ? path.slice(slash + 1) : path
  const repository = registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest
  return { registry, repository, name: repository.slice(repository.lastIndexOf('/') + 1), tag, digest }
}

/** The complete name, by which the runtime stores an image. */
export function fullImageName(image: string): string {
  const { registry, repository, tag, digest } = parseImage(image)
  return `${registry}/${repository}${tag === '' ? '' : `:${tag}`}${digest === '' ? '' : `@${digest}`}`
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
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** What is wrong with an image's name, in the parser's words; empty where nothing is. */
export function imageNameError(image: string): string {
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
