// What an update may change in a pod, and the service class that its resources put it in.
// Models ValidatePodUpdate, ValidatePodStatusUpdate and qos.GetPodQOS upstream; leaves out in-place resize.
import type { FieldError } from '../../api/field-errors.ts'
import { forbidden, invalid, required } from '../../api/field-errors.ts'
import { deepEqual, semanticEqual } from '../../api/json.ts'
import type { Container, ContainerStatus, Pod, PodSpec, Toleration } from '../../api/objects.ts'
import { quantity } from '../../api/quantity.ts'
import { SPEC, STATUS } from '../kinds/runtime/kind-definition.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'
import { validateSpecOfPod } from './validation.ts'

const UPDATABLE =
  '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

export function validatePodSpecUpdate(pod: Pod, old: Pod): FieldError[] {
  if (pod.spec === old.spec) return []
  const { spec } = pod
  const before = old.spec
  const errors: FieldError[] = validateSpecOfPod(spec, SPEC)
  const lists = ['containers', 'initContainers'] as const
  for (const list of lists) {
    if ((spec[list] ?? []).length === (before[list] ?? []).length) continue
    // Upstream compares nothing more then, since a comparison field by field would bury this.
    return [...errors, forbidden(SPEC.child(list), 'pod updates may not add or remove containers')]
  }
  for (const list of lists) {
    spec[list]?.forEach((container, index) => {
      if (isBlank(container.image)) errors.push(required(SPEC.child(list).index(index).child('image')))
    })
  }
  errors.push(...validateDeadlineUpdate(spec, before), ...validateTolerationsUpdate(spec, before))
  errors.push(...validateGatesUpdate(spec, before))
  const munged = withUpdatableFieldsOf(spec, before)
  if (!semanticEqual(munged, before)) {
    const detail = `pod updates may not change fields other than ${UPDATABLE}\n${specDiff(munged, before)}`
    errors.push(forbidden(SPEC, detail))
  }
  return errors
}

function validateDeadlineUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  const path = SPEC.child('activeDeadlineSeconds')
  const before = old.activeDeadlineSeconds
  const deadline = spec.activeDeadlineSeconds
  if (before === undefined) return []
  if (deadline === undefined) {
    return [invalid(path, undefined, 'must not update from a positive integer to nil value')]
  }
  return deadline > before ? [invalid(path, deadline, 'must be less than or equal to previous value')] : []
}

function validateTolerationsUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  if (spec.tolerations === old.tolerations) return []
  const withoutSeconds = (toleration: Toleration): Toleration => {
    const { tolerationSeconds: _seconds, ...rest } = toleration
    return rest
  }
  const now = (spec.tolerations ?? []).map(withoutSeconds)
  const kept = (old.tolerations ?? []).every((toleration) =>
    now.some((candidate) => deepEqual(candidate, withoutSeconds(toleration))),
  )
  if (kept) return []
  const detail = 'existing toleration can not be modified except its tolerationSeconds'
  return [forbidden(SPEC.child('tolerations'), detail)]
}

/** Gates may only go; while there are any, the node selector may still be tightened. */
function validateGatesUpdate(spec: PodSpec, old: PodSpec): FieldError[] {
  const gatesBefore = new Set((old.schedulingGates ?? []).map(({ name }) => name))
  const errors: FieldError[] = []
  spec.schedulingGates?.forEach(({ name }, index) => {
    if (gatesBefore.has(name)) return
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`
    errors.push(forbidden(SPEC.child('schedulingGates').index(index).child('name'), detail))
  })
  const { nodeSelector = {} } = spec
  const loosened = Object.entries(old.nodeSelector ?? {}).some(([key, value]) => nodeSelector[key] !== value)
  if (gatesBefore.size > 0 && loosened) {
    const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'
    errors.push(invalid(SPEC.child('nodeSelector'), nodeSelector, detail))
  }
  return errors
}

/** The new spec with every field that may change set back, so that what still differs may not. */
function withUpdatableFieldsOf(spec: PodSpec, old: PodSpec): PodSpec {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    schedulingGates: _gates,
    ...given
  } = spec
  const { nodeSelector: _selector, ...ungated } = given
  const rest = (old.schedulingGates ?? []).length === 0 ? given : ungated
  const gated = rest === ungated && old.nodeSelector !== undefined ? { nodeSelector: old.nodeSelector } : {}
  const images = (list: readonly Container[], before: readonly Container[]): readonly Container[] =>
    list.map((container, index) => {
      const image = before[index]?.image
      return image === undefined || image === container.image ? container : { ...container, image }
    })
  const graceBefore = old.terminationGracePeriodSeconds
  const graceReset = graceBefore !== undefined && graceBefore < 0 && spec.terminationGracePeriodSeconds === 1
  return {
    ...rest,
    ...(old.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: old.activeDeadlineSeconds }),
    ...(old.tolerations === undefined ? {} : { tolerations: old.tolerations }),
    ...(old.schedulingGates === undefined ? {} : { schedulingGates: old.schedulingGates }),
    ...gated,
    ...(graceReset ? { terminationGracePeriodSeconds: graceBefore } : {}),
    containers: images(spec.containers, old.containers),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: images(spec.initContainers, old.initContainers ?? []) }),
  }
}

/** Upstream prints a Go diff of the whole spec; this names the fields that differ, in the same notation. */
function specDiff(spec: PodSpec, old: PodSpec): string {
  const after: Readonly<Record<string, unknown>> = { ...spec }
  const before: Readonly<Record<string, unknown>> = { ...old }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  const lines = keys
    .filter((key) => !semanticEqual(before[key], after[key]))
    .flatMap((key) => [...sideOf('-', key, before[key]), ...sideOf('+', key, after[key])])
  return ['  core.PodSpec{', '  \t... // identical fields', ...lines, '  }'].join('\n')
}

function sideOf(sign: '-' | '+', key: string, value: unknown): string[] {
  return value === undefined ? [] : [`${sign} \t${key}: ${JSON.stringify(value)},`]
}

export function validatePodStatusUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors: FieldError[] = []
  if (old.spec.nodeName !== pod.spec.nodeName) {
    errors.push(forbidden(STATUS.child('nodeName'), 'may not be changed directly'))
  }
  const restarts = old.spec.restartPolicy
  if (restarts === 'Always') return errors
  const before = old.status.containerStatuses ?? []
  pod.status.containerStatuses?.forEach((status, index) => {
    const previous = before.find((candidate) => candidate.name === status.name)
    if (previous === undefined || !isFinal(previous, restarts) || status.state?.terminated !== undefined)
      return
    const path = STATUS.child('containerStatuses').index(index).child('state')
    errors.push(forbidden(path, 'may not be transitioned to non-terminated state'))
  })
  return errors
}

function isFinal(status: ContainerStatus, restartPolicy: string | undefined): boolean {
  const terminated = status.state?.terminated
  if (terminated === undefined) return false
  return restartPolicy === 'Never' || terminated.exitCode === 0
}

/** Guaranteed: every container limits cpu and memory at its requests. BestEffort: none asks for anything. */
export function qosClassOf(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const classes = [...spec.containers, ...(spec.initContainers ?? [])].map(qosClassOfContainer)
  const [first] = classes
  if (first === undefined) return 'BestEffort'
  return classes.every((each) => each === first) ? first : 'Burstable'
}

function qosClassOfContainer({ resources }: Container): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  let asks = false
  let guaranteed = true
  for (const name of ['cpu', 'memory']) {
    const request = positive(resources?.requests?.[name])
    const limit = positive(resources?.limits?.[name])
    if (request !== undefined || limit !== undefined) asks = true
    // Stored quantities are canonical; those of two formats are compared by value.
    const equal =
      request === undefined || request === limit || (limit !== undefined && sameAmount(request, limit))
    if (limit === undefined || !equal) guaranteed = false
  }
  if (!asks) return 'BestEffort'
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

function positive(amount: string | undefined): string | undefined {
  return amount === undefined || amount === '0' || amount.startsWith('-') ? undefined : amount
}

function sameAmount(a: string, b: string): boolean {
  return quantity(a).nano === quantity(b).nano
}
