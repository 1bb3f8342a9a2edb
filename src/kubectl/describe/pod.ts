// kubectl describe pod. Models the PodDescriber. Left out: probes in full, ephemeral containers, most volume types.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { at, integer, items, members, nameOf, namespaceOf, text } from '../objects.ts'
import { podContainerLines } from './container.ts'
import type { Describer } from './sheet.ts'
import { annotationLines, labelLines, line, longTime, multiline } from './sheet.ts'

export const describePod: Describer = (pod) => {
  const node = text(pod, 'spec', 'nodeName')
  const started = text(pod, 'status', 'startTime')
  const deleted = text(pod, 'metadata', 'deletionTimestamp')
  const owner = items(pod, 'metadata', 'ownerReferences').find(
    (reference) => at(reference, 'controller') === true,
  )
  const reason = text(pod, 'status', 'reason')
  const message = text(pod, 'status', 'message')
  const ips = items(pod, 'status', 'podIPs').map((ip) => `IP:\t${text(ip, 'ip')}`)
  return [
    line(0, `Name:\t${nameOf(pod)}`),
    line(0, `Namespace:\t${namespaceOf(pod) ?? ''}`),
    line(0, `Priority:\t${integer(pod, 'spec', 'priority')}`),
    line(0, `Service Account:\t${text(pod, 'spec', 'serviceAccountName')}`),
    line(0, `Node:\t${node === '' ? '<none>' : `${node}/${text(pod, 'status', 'hostIP')}`}`),
    started === '' ? '' : line(0, `Start Time:\t${longTime(started)}`),
    labelLines('Labels', members(pod, 'metadata', 'labels')),
    annotationLines('Annotations', members(pod, 'metadata', 'annotations')),
    deleted === ''
      ? line(0, `Status:\t${text(pod, 'status', 'phase')}`)
      : line(0, `Status:\tTerminating (lasts ${longTime(deleted)})`) +
        line(0, `Termination Grace Period:\t${integer(pod, 'metadata', 'deletionGracePeriodSeconds')}s`),
    reason === '' ? '' : line(0, `Reason:\t${reason}`),
    message === '' ? '' : line(0, `Message:\t${message}`),
    line(0, `IP:\t${text(pod, 'status', 'podIP')}`),
    ips.length === 0 ? line(0, 'IPs:\t<none>') : line(0, 'IPs:') + ips.map((ip) => line(1, ip)).join(''),
    owner === undefined ? '' : line(0, `Controlled By:\t${text(owner, 'kind')}/${text(owner, 'name')}`),
    podContainerLines(
      'Init Containers',
      items(pod, 'spec', 'initContainers'),
      items(pod, 'status', 'initContainerStatuses'),
    ),
    podContainerLines(
      'Containers',
      items(pod, 'spec', 'containers'),
      items(pod, 'status', 'containerStatuses'),
    ),
    conditionLines(pod),
    volumeLines(pod),
    line(0, `QoS Class:\t${text(pod, 'status', 'qosClass')}`),
    labelLines('Node-Selectors', members(pod, 'spec', 'nodeSelector')),
    multiline(0, 'Tolerations', items(pod, 'spec', 'tolerations').map(tolerationText).sort()),
  ].join('')
}

function conditionLines(pod: JsonObject): string {
  const conditions = items(pod, 'status', 'conditions')
  if (conditions.length === 0) return ''
  const rows = conditions.map((condition) =>
    line(1, `${text(condition, 'type')}\t${text(condition, 'status')} `),
  )
  return line(0, 'Conditions:') + line(1, 'Type\tStatus') + rows.join('')
}

function volumeLines(pod: JsonObject): string {
  const volumes = items(pod, 'spec', 'volumes')
  if (volumes.length === 0) return line(0, 'Volumes:\t<none>')
  return (
    line(0, 'Volumes:') +
    volumes.map((volume) => line(1, `${text(volume, 'name')}:`) + volumeSource(volume)).join('')
  )
}

function volumeSource(volume: Json): string {
  if (at(volume, 'projected') !== undefined) {
    const sources = items(volume, 'projected', 'sources')
    const token = sources.find((source) => at(source, 'serviceAccountToken') !== undefined)
    const map = sources.find((source) => at(source, 'configMap') !== undefined)
    return [
      line(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)'),
      token === undefined
        ? ''
        : line(2, `TokenExpirationSeconds:\t${text(token, 'serviceAccountToken', 'expirationSeconds')}`),
      map === undefined ? '' : line(2, `ConfigMapName:\t${text(map, 'configMap', 'name')}`),
    ].join('')
  }
  if (at(volume, 'configMap') !== undefined)
    return (
      line(2, 'Type:\tConfigMap (a volume populated by a ConfigMap)') +
      line(2, `Name:\t${text(volume, 'configMap', 'name')}`)
    )
  if (at(volume, 'secret') !== undefined)
    return (
      line(2, 'Type:\tSecret (a volume populated by a Secret)') +
      line(2, `SecretName:\t${text(volume, 'secret', 'secretName')}`)
    )
  if (at(volume, 'emptyDir') !== undefined)
    return line(2, "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)")
  return line(2, 'Type:\t<unknown>')
}

function tolerationText(toleration: Json): string {
  const [key, value, effect] = [
    text(toleration, 'key'),
    text(toleration, 'value'),
    text(toleration, 'effect'),
  ]
  const head = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`
  const exists =
    text(toleration, 'operator') === 'Exists' && value === ''
      ? `${key === '' && effect === '' ? '' : ' '}op=Exists`
      : ''
  const seconds = at(toleration, 'tolerationSeconds')
  return `${head}${exists}${seconds === undefined ? '' : ` for ${String(seconds)}s`}`
}
