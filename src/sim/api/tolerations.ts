// Taints and tolerations: which pod tolerates which taint. Models component-helpers/scheduling/corev1.
import type { Taint, Toleration } from './objects.ts'

export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (isSet(toleration.effect) && toleration.effect !== taint.effect) return false
  if (isSet(toleration.key) && toleration.key !== taint.key) return false
  switch (toleration.operator ?? '') {
    // No operator means Equal, and no key with Exists means any taint.
    case '':
    case 'Equal':
      return (toleration.value ?? '') === (taint.value ?? '')
    case 'Exists':
      return true
    default:
      return false
  }
}

export function tolerationFor(
  tolerations: readonly Toleration[] | undefined,
  taint: Taint,
): Toleration | undefined {
  return tolerations?.find((toleration) => tolerates(toleration, taint))
}

/** The first taint of one of these effects that nothing tolerates. */
export function firstUntolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints?.find(
    (taint) =>
      effects.some((effect) => effect === taint.effect) && tolerationFor(tolerations, taint) === undefined,
  )
}

/** Taints are the same by key and effect; a node has each at most once. */
export function sameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect
}

/** `key=value:effect`, as messages print a taint. */
export function taintText(taint: Taint): string {
  const value = isSet(taint.value) ? `=${taint.value}` : ''
  return `${taint.key}${value}:${taint.effect}`
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== ''
}
