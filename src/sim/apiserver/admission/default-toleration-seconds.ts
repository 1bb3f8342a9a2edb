// Lets every Pod stay 300 s on a node that is not ready or unreachable, unless it says otherwise itself.
// Models plugin/pkg/admission/defaulttolerationseconds.
import { extended } from '../../api/json.ts'
import type { Pod, Toleration } from '../../api/objects.ts'
import type { AdmissionPlugin } from './runtime/plugin.ts'
import { changed, isPod, unchanged } from './runtime/plugin.ts'

const SECONDS = 300
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const

const DEFAULTS: readonly Toleration[] = Object.freeze(
  TAINTS.map(
    (key): Toleration =>
      Object.freeze({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }),
  ),
)

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (request) => isPod(request) && request.operation !== 'DELETE',
  mutate(request) {
    const pod = request.object as Pod
    const present = pod.spec.tolerations ?? []
    const missing = DEFAULTS.filter(({ key = '' }) => !present.some((toleration) => covers(toleration, key)))
    if (missing.length === 0) return unchanged(request)
    const tolerations =
      missing.length === DEFAULTS.length && present.length === 0 ? DEFAULTS : [...present, ...missing]
    const object = extended(pod, { spec: extended(pod.spec, { tolerations }) })
    return changed(object, `added ${missing.length} tolerations of ${SECONDS} s`)
  },
}

/** An empty key stands for every taint, an empty effect for every effect. */
function covers(toleration: Toleration, key: string): boolean {
  const keyMatches = toleration.key === key || toleration.key === undefined || toleration.key === ''
  const { effect = '' } = toleration
  return keyMatches && (effect === 'NoExecute' || effect === '')
}
