// The terminal.

import type { kubectl as english } from '../en/kubectl.ts'
import type { Texts } from '../texts.ts'

export const kubectl: Texts<typeof english> = {
  title: 'kubectl',
  output: '终端输出',
  input: '命令行',
  placeholder: 'kubectl get pods',
  welcome: '连到这个集群的终端。输入 kubectl 命令，或按 Enter 运行已备好的那一条。',
  keys: '↑ ↓ 历史 · Tab 补全 · Ctrl+L 清屏 · Ctrl+C 放弃',
  run: '运行',
  running: '运行中……',
  started: '已开始：请看集群图。',
  exit: (code) => `退出码 ${code}`,
  gaveUp: '^C',
  choices: '补全候选',
}
