// The list of faults: active ones, and the catalogue.

import type { faults as english } from '../en/faults.ts'
import type { Texts } from '../texts.ts'

export const faults: Texts<typeof english> = {
  title: '故障',
  active: '正在生效',
  none: '一切正常。在下面选一种故障，或在集群图上选中对象后按 K。',
  since: (time) => `从 ${time} s 起`,
  left: (seconds) => `${seconds} s 后自动恢复`,
  restore: '恢复',
  restoreNamed: (fault, target) => `恢复：${fault}，${target}`,
  catalogue: '可以制造的故障',
  fault: '故障',
  target: '对象',
  between: '与',
  sideHint: '全部；或 a,b',
  duration: '持续',
  durationHint: '2m、40s；不填则直到恢复',
  inject: '制造故障',
  breaking: '正在执行……',
  loading: '正在载入故障目录……',
  failed: (reason) => `没有成功：${reason}`,
  noTargets: '现在没有可以作用的对象。',
}
