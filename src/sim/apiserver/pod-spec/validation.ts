// Validation of pod specs and pod templates. Models ValidatePodSpec and ValidatePodTemplateSpec of
// kubernetes/pkg/apis/core/validation; leaves out security contexts, DNS configuration and resource claims.
import type { FieldError, FieldPath } from '../../api/field-errors.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../api/field-errors.ts'
import type { Selector } from '../../api/label-selector.ts'
import { selectorMatches, validateLabels } from '../../api/label-selector.ts'
import { isDNS1123Label, isDNS1123Subdomain, isInRange, isQualifiedName } from '../../api/name-formats.ts'
import type { PodSpec, PodTemplateSpec, Volume } from '../../api/objects.ts'
import { isBlank } from '../kinds/runtime/object-meta.ts'
import { validateContainers, validateHostNetworkPorts, validateImagesOfPod } from './container-validation.ts'
import { oneOf } from './handler-validation.ts'
import { validateAffinity, validateSpread, validateTolerations } from './placement-validation.ts'

const RESTART_POLICIES: readonly string[] = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES: readonly string[] = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const MAX_INT32 = 2_147_483_647

/** The spec of a pod itself, which is held to more than one in a template. */
export function validateSpecOfPod(spec: PodSpec, path: FieldPath): FieldError[] {
  return [
    ...validatePodSpec(spec, path, true),
    ...validateImagesOfPod(spec.containers, path.child('containers')),
    ...validateImagesOfPod(spec.initContainers ?? [], path.child('initContainers')),
  ]
}

function validatePodSpec(spec: PodSpec, path: FieldPath, isPod: boolean): FieldError[] {
  const errors: FieldError[] = []
  const volumeNames = new Set<string>()
  errors.push(...validateVolumes(spec.volumes ?? [], volumeNames, path.child('volumes')))
  const context = { volumeNames, gracePeriodSeconds: spec.terminationGracePeriodSeconds }
  errors.push(...validateContainers(spec.containers, spec.initContainers ?? [], context, path))
  if (spec.hostNetwork === true)
    errors.push(...validateHostNetworkPorts(spec.containers, isPod, path.child('containers')))
  errors.push(...oneOf(spec.restartPolicy, RESTART_POLICIES, path.child('restartPolicy')))
  errors.push(...oneOf(spec.dnsPolicy, DNS_POLICIES, path.child('dnsPolicy')))
  if (spec.nodeSelector !== undefined)
    errors.push(...validateLabels(spec.nodeSelector, path.child('nodeSelector')))
  if (spec.affinity !== undefined) errors.push(...validateAffinity(spec.affinity, path.child('affinity')))
  errors.push(...validateNameServers(spec, path.child('dnsConfig')))
  errors.push(...validateGates(spec, path))
  errors.push(...validateSpread(spec, path.child('topologySpreadConstraints')))
  errors.push(...validateNames(spec, ['serviceAccountName', 'nodeName'], isDNS1123Subdomain, path))
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined) {
    for (const message of isInRange(deadline, 1, MAX_INT32)) {
      errors.push(invalid(path.child('activeDeadlineSeconds'), deadline, message))
    }
  }
  errors.push(...validateNames(spec, ['hostname', 'subdomain'], isDNS1123Label, path))
  errors.push(...validateTolerations(spec.tolerations ?? [], path.child('tolerations')))
  errors.push(...validateNames(spec, ['priorityClassName', 'runtimeClassName'], isDNS1123Subdomain, path))
  return errors
}

type NameField =
  | 'serviceAccountName'
  | 'nodeName'
  | 'hostname'
  | 'subdomain'
  | 'priorityClassName'
  | 'runtimeClassName'

function validateNames(
  spec: PodSpec,
  fields: readonly NameField[],
  rule: (name: string) => readonly string[],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = []
  for (const field of fields) {
    const name = spec[field]
    if (isBlank(name)) continue
    for (const message of rule(name)) errors.push(invalid(path.child(field), name, message))
  }
  return errors
}

function validateNameServers(spec: PodSpec, path: FieldPath): FieldError[] {
  if (spec.dnsPolicy !== 'None') return []
  if (spec.dnsConfig === undefined)
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')]
  if ((spec.dnsConfig.nameservers ?? []).length > 0) return []
  const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None'
  return [required(path.child('nameservers'), detail)]
}

function validateGates(spec: PodSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  spec.readinessGates?.forEach(({ conditionType }, index) => {
    const at = path.child('readinessGates').index(index).child('conditionType')
    for (const message of isQualifiedName(conditionType)) errors.push(invalid(at, conditionType, message))
  })
  const seen = new Set<string>()
  spec.schedulingGates?.forEach(({ name }, index) => {
    const at = path.child('schedulingGates').index(index)
    for (const message of isQualifiedName(name)) errors.push(invalid(at, name, message))
    if (seen.has(name)) errors.push(duplicate(at, name))
    seen.add(name)
  })
  return errors
}

function validateVolumes(volumes: readonly Volume[], names: Set<string>, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  volumes.forEach((volume, index) => {
    const at = path.index(index)
    if (isBlank(volume.name)) errors.push(required(at.child('name')))
    else {
      const messages = isDNS1123Label(volume.name)
      for (const message of messages) errors.push(invalid(at.child('name'), volume.name, message))
      if (names.has(volume.name)) errors.push(duplicate(at.child('name'), volume.name))
      if (messages.length === 0) names.add(volume.name)
    }
    errors.push(...validateVolumeSource(volume, at))
  })
  return errors
}

function validateVolumeSource(volume: Volume, path: FieldPath): FieldError[] {
  const sources = Object.keys(volume).filter((key) => key !== 'name')
  if (sources.length === 0) return [required(path, 'must specify a volume type')]
  const errors = sources
    .slice(1)
    .map((source) => forbidden(path.child(source), 'may not specify more than 1 volume type'))
  if (volume.hostPath !== undefined && isBlank(volume.hostPath.path))
    errors.push(required(path.child('hostPath', 'path')))
  if (volume.configMap !== undefined && isBlank(volume.configMap.name)) {
    errors.push(required(path.child('configMap', 'name')))
  }
  if (volume.secret !== undefined && isBlank(volume.secret.secretName)) {
    errors.push(required(path.child('secret', 'secretName')))
  }
  if (volume.persistentVolumeClaim !== undefined && isBlank(volume.persistentVolumeClaim.claimName)) {
    errors.push(required(path.child('persistentVolumeClaim', 'claimName')))
  }
  return errors
}

/** The template of a controller that replaces what stops: its pods must restart always. */
export function validateTemplateForReplicas(
  template: PodTemplateSpec,
  selector: Selector,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = []
  const labels = template.metadata?.labels ?? {}
  const matchesAll = !selector.nothing && selector.requirements.length === 0
  if (!matchesAll && !selectorMatches(selector, labels)) {
    const detail = '`selector` does not match template `labels`'
    errors.push(invalid(path.child('metadata', 'labels'), labels, detail))
  }
  errors.push(...validatePodTemplate(template, path))
  const policy = template.spec?.restartPolicy
  if (policy !== 'Always')
    errors.push(notSupported(path.child('spec', 'restartPolicy'), policy ?? '', ['Always']))
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const detail = 'activeDeadlineSeconds in ReplicaSet is not Supported'
    errors.push(forbidden(path.child('spec', 'activeDeadlineSeconds'), detail))
  }
  return errors
}

function validatePodTemplate(template: PodTemplateSpec, path: FieldPath): FieldError[] {
  const errors = validateLabels(template.metadata?.labels, path.child('labels'))
  if (template.spec === undefined) return [...errors, required(path.child('spec', 'containers'))]
  errors.push(...validatePodSpec(template.spec, path.child('spec'), false))
  if ((template.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(
      forbidden(
        path.child('spec', 'ephemeralContainers'),
        'ephemeral containers not allowed in pod template',
      ),
    )
  }
  return errors
}
