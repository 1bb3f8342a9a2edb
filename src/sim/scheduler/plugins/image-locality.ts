// Prefers nodes that have the Pod's images already, by size, and less so where few nodes have them. Models
// plugins/imagelocality. Like it, names are compared as written, with `:latest` for a missing tag.
import type { ContainerImage } from '../../api/objects.ts'
import type { Plugin, Snapshot } from '../framework/plugin.ts'
import { MAX_NODE_SCORE } from '../framework/plugin.ts'
import type { PodInfo } from '../framework/pod-info.ts'

const MEBIBYTE = 1024 * 1024
const MIN_THRESHOLD = 23 * MEBIBYTE
const MAX_THRESHOLD_PER_CONTAINER = 1000 * MEBIBYTE

interface Wanted {
  readonly image: string
  /** The share of the nodes that have it. */
  readonly spread: number
}

interface WantedImages {
  readonly containers: number
  readonly wanted: readonly Wanted[]
}

export function normalizedImageName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image
}

export function imageScore(sum: number, containers: number): number {
  const max = MAX_THRESHOLD_PER_CONTAINER * containers
  const bounded = Math.min(Math.max(sum, MIN_THRESHOLD), max)
  return Math.trunc((MAX_NODE_SCORE * (bounded - MIN_THRESHOLD)) / (max - MIN_THRESHOLD))
}

// cache: the sizes by name of a node's list of images, which is immutable.
const sizesOf = new WeakMap<readonly ContainerImage[], ReadonlyMap<string, number>>()

function imageSizes(images: readonly ContainerImage[]): ReadonlyMap<string, number> {
  const known = sizesOf.get(images)
  if (known !== undefined) return known
  const sizes = new Map<string, number>()
  for (const { names, sizeBytes } of images) for (const name of names ?? []) sizes.set(name, sizeBytes ?? 0)
  sizesOf.set(images, sizes)
  return sizes
}

function wantedImages({ pod }: PodInfo, snapshot: Snapshot): WantedImages {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  const wanted: Wanted[] = []
  for (const container of containers) {
    const image = normalizedImageName(container.image ?? '')
    const nodes = snapshot.imageNodes(image)
    if (nodes > 0) wanted.push({ image, spread: nodes / snapshot.nodes.length })
  }
  return { containers: containers.length, wanted }
}

export const imageLocality: Plugin<null, WantedImages> = {
  name: 'ImageLocality',
  sign(pod, snapshot) {
    const { containers, wanted } = wantedImages(pod, snapshot)
    const [only] = wanted
    const bytes = only === undefined || wanted.length > 1 ? null : snapshot.imageBytes(only.image)
    // Of one image a node has all or nothing; what it is worth changes less often than its spread.
    if (only !== undefined && bytes !== null)
      return `${containers} ${only.image} of ${bytes}: ${imageScore(Math.trunc(bytes * only.spread), containers)}`
    return `${containers} ${wanted.map(({ image, spread }) => `${image} ${spread}`).join(',')}`
  },
  preScore: (pod, snapshot) => ({ state: wantedImages(pod, snapshot) }),
  score(_pod, { node }, { containers, wanted }) {
    const images = node.status.images
    if (wanted.length === 0 || images === undefined) return 0
    const sizes = imageSizes(images)
    let sum = 0
    for (const { image, spread } of wanted) sum += Math.trunc((sizes.get(image) ?? 0) * spread)
    return imageScore(sum, containers)
  },
}
