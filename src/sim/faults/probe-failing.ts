// The probes of a Pod get a wrong answer, though its containers run.
import type { Fault } from './runtime/fault.ts'
import { refuse, stringParameter } from './runtime/fault.ts'
import { impairing } from './runtime/impairing.ts'
import { runningIn } from './runtime/pods.ts'

export const probeFailing: Fault = {
  name: 'probe-failing',
  targets: ['pod'],
  parameters: {
    probe: {
      type: 'string',
      enum: ['any', 'readiness', 'liveness', 'startup'],
      default: 'any',
      description: { en: 'Which probes fail', 'zh-CN': '哪些探针失败' },
    },
  },
  title: { en: 'Fail the probes', 'zh-CN': '探针失败' },
  explains: {
    en: 'Probes of this Pod fail. A failing readiness probe takes it out of its Services; a failing liveness probe restarts its containers.',
    'zh-CN':
      '这个 Pod 的探针全部失败。readiness probe 失败会使它从 Service 中移除；liveness probe 失败会重启容器。',
  },
  plan(target, parameters, machines) {
    const found = runningIn(machines, target)
    if (!found.ok) return found
    const probe = stringParameter(probeFailing, parameters, 'probe')
    const { probes = [probe] } = found.pod
    if (probes.length === 0 || (probe !== 'any' && !probes.includes(probe)))
      return refuse(`no container of ${target} has a ${probe === 'any' ? '' : `${probe} `}probe`)
    return impairing([found.pod.kubelet], `probe-failing ${found.pod.uid}`, probe)
  },
}
