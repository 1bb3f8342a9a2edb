// kubectl describe pod. Models the PodDescriber. Left out: probes in full, ephemeral containers, most volume types.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { at, integer, items, members, nameOf, namespaceOf, text } from '../objects.ts'
import type { Describer } from './sheet.ts'
import { amountLines, annotationLines, labelLines, line, longTime, multiline, orNone } from './sheet.ts'

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
    containerLines(
      'Init Containers',
      items(pod, 'spec', 'initContainers'),
      items(pod, 'status', 'initContainerStatuses'),
    ),
    containerLines('Containers', items(pod, 'spec', 'containers'), items(pod, 'status', 'containerStatuses')),
    conditionLines(pod),
    volumeLines(pod),
    line(0, `QoS Class:\t${text(pod, 'status', 'qosClass')}`),
    labelLines('Node-Selectors', members(pod, 'spec', 'nodeSelector')),
    multiline(0, 'Tolerations', items(pod, 'spec', 'tolerations').map(tolerationText).sort()),
  ].join('')
}

function containerLines(title: string, containers: readonly Json[], statuses: readonly Json[]): string {
  if (containers.length === 0) return ''
  return line(0, `${title}:`) + containers.map((container) => oneContainer(container, statuses)).join('')
}

function oneContainer(container: Json, statuses: readonly Json[]): string {
  const name = text(container, 'name')
  const status = statuses.find((candidate) => text(candidate, 'name') === name)
  const ports = items(container, 'ports').map(
    (port) => `${text(port, 'containerPort')}/${text(port, 'protocol') || 'TCP'}`,
  )
  const hostPorts = items(container, 'ports').map(
    (port) => `${text(port, 'hostPort') || '0'}/${text(port, 'protocol') || 'TCP'}`,
  )
  const words = (field: string): string => {
    const list = items(container, field)
    return list.length === 0
      ? ''
      : line(2, `${field === 'args' ? 'Args' : 'Command'}:`) +
          list.map((word) => line(3, String(word))).join('')
  }
  const mounts = items(container, 'volumeMounts').map(
    (mount) =>
      `${text(mount, 'mountPath')} from ${text(mount, 'name')} (${at(mount, 'readOnly') === true ? 'ro' : 'rw'})`,
  )
  const env = items(container, 'env').map((entry) => `${text(entry, 'name')}:\t${text(entry, 'value')}`)
  return [
    line(1, `${name}:`),
    status === undefined ? '' : line(2, `Container ID:\t${text(status, 'containerID')}`),
    line(2, `Image:\t${text(container, 'image')}`),
    status === undefined ? '' : line(2, `Image ID:\t${text(status, 'imageID')}`),
    line(2, `${ports.length > 1 ? 'Ports' : 'Port'}:\t${orNone(ports.join(', '))}`),
    line(2, `${ports.length > 1 ? 'Host Ports' : 'Host Port'}:\t${orNone(hostPorts.join(', '))}`),
    words('command'),
    words('args'),
    status === undefined ? '' : statusLines(status),
    amountLines(2, 'Limits', members(container, 'resources', 'limits')),
    amountLines(2, 'Requests', members(container, 'resources', 'requests')),
    env.length === 0
      ? line(2, 'Environment:\t<none>')
      : line(2, 'Environment:') + env.map((entry) => line(3, entry)).join(''),
    mounts.length === 0
      ? line(2, 'Mounts:\t<none>')
      : line(2, 'Mounts:') + mounts.map((mount) => line(3, mount)).join(''),
  ].join('')
}

function statusLines(status: Json): string {
  const last = members(status, 'lastState')
  return [
    stateLines('State', members(status, 'state')),
    Object.keys(last).length === 0 ? '' : stateLines('Last State', last),
    line(2, `Ready:\t${at(status, 'ready') === true ? 'True' : 'False'}`),
    line(2, `Restart Count:\t${integer(status, 'restartCount')}`),
  ].join('')
}

function stateLines(title: string, state: JsonObject): string {
  if (state.running !== undefined)
    return (
      line(2, `${title}:\tRunning`) + line(3, `Started:\t${longTime(text(state, 'running', 'startedAt'))}`)
    )
  if (state.terminated !== undefined) {
    const { terminated } = state
    const [reason, message] = [text(terminated, 'reason'), text(terminated, 'message')]
    return [
      line(2, `${title}:\tTerminated`),
      reason === '' ? '' : line(3, `Reason:\t${reason}`),
      message === '' ? '' : line(3, `Message:\t${message}`),
      line(3, `Exit Code:\t${integer(terminated, 'exitCode')}`),
      line(3, `Started:\t${longTime(text(terminated, 'startedAt'))}`),
      line(3, `Finished:\t${longTime(text(terminated, 'finishedAt'))}`),
    ].join('')
  }
  const reason = text(state, 'waiting', 'reason')
  return line(2, `${title}:\tWaiting`) + (reason === '' ? '' : line(3, `Reason:\t${reason}`))
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
