// Containers in the descriptions of Pods and of what makes Pods. Models describeContainers of kubectl/pkg/describe; values
// from ConfigMaps, Secrets and fields are left out.
import type { Json, JsonObject } from '../../sim/api/json.ts'
import { at, integer, items, members, text } from '../objects.ts'
import { amountLines, line, longTime, orNone } from './sheet.ts'

/** Of a Pod, each with its status. */
export function podContainerLines(
  title: string,
  containers: readonly Json[],
  statuses: readonly Json[],
): string {
  if (containers.length === 0) return ''
  return (
    line(0, `${title}:`) + containers.map((container) => oneContainer(container, '  ', statuses)).join('')
  )
}

/** Of a template, which is indented by three spaces, as upstream does. */
export function templateContainerLines(title: string, containers: readonly Json[]): string {
  if (containers.length === 0) return ''
  return line(1, `${title}:`) + containers.map((container) => oneContainer(container, '   ', [])).join('')
}

function oneContainer(container: Json, indent: string, statuses: readonly Json[]): string {
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
    `${indent}${name}:\n`,
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
    probeLine('Liveness', at(container, 'livenessProbe')),
    probeLine('Readiness', at(container, 'readinessProbe')),
    probeLine('Startup', at(container, 'startupProbe')),
    env.length === 0
      ? line(2, 'Environment:\t<none>')
      : line(2, 'Environment:') + env.map((entry) => line(3, entry)).join(''),
    mounts.length === 0
      ? line(2, 'Mounts:\t<none>')
      : line(2, 'Mounts:') + mounts.map((mount) => line(3, mount)).join(''),
  ].join('')
}

function probeLine(title: string, probe: Json | undefined): string {
  if (probe === undefined) return ''
  const [delay, timeout, period] = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds'].map((field) =>
    integer(probe, field),
  )
  const thresholds = `#success=${integer(probe, 'successThreshold')} #failure=${integer(probe, 'failureThreshold')}`
  return line(
    2,
    `${title}:\t${probeAction(probe)} delay=${delay}s timeout=${timeout}s period=${period}s ${thresholds}`,
  )
}

function probeAction(probe: Json): string {
  if (at(probe, 'exec') !== undefined)
    return `exec [${items(probe, 'exec', 'command').map(String).join(' ')}]`
  const http = at(probe, 'httpGet')
  if (http !== undefined) {
    const scheme = (text(http, 'scheme') || 'HTTP').toLowerCase()
    return `http-get ${scheme}://${text(http, 'host')}:${text(http, 'port')}${text(http, 'path')}`
  }
  const tcp = at(probe, 'tcpSocket')
  if (tcp !== undefined) return `tcp-socket ${text(tcp, 'host')}:${text(tcp, 'port')}`
  return `grpc <pod>:${text(probe, 'grpc', 'port')} ${text(probe, 'grpc', 'service')}`
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
