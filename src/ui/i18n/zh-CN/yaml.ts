// The YAML editor.

import type { yaml as english } from '../en/yaml.ts'
import type { Texts } from '../texts.ts'

export const yaml: Texts<typeof english> = {
  title: 'YAML',
  editor: (name) => `清单 ${name}`,
  file: '文件',
  chapterFiles: '本章',
  ownFiles: '你的',
  examples: '示例',
  newFile: '新建',
  open: '打开文件……',
  apply: '应用',
  dryRun: '只检查',
  applying: '正在应用……',
  checking: '正在检查……',
  revert: '还原',
  changed: '已修改',
  empty: '在这里写一份清单，选一个示例，或打开文件。',
  applied: '已应用。请看集群图。',
  checked: 'apiserver 会接受它。什么都没有改变。',
  failed: 'apiserver 没有接受它。什么都没有改变。',
  at: (line, column) => `第 ${line} 行，第 ${column} 列`,
  atLine: (line) => `第 ${line} 行`,
  tooLarge: (name, mib) => `${name} 超过 ${mib} MiB，编辑器无法打开。`,
  notRead: (name) => `无法读取 ${name}。`,
  shortcut: 'Ctrl+Enter 应用',
}
