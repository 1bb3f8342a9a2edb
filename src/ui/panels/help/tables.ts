// What help lists, in its order. The words are the catalogue's; keys and Kubernetes' own terms are the same everywhere.

import type { LateCatalogue } from '../../i18n/catalogue.ts'

type HelpTexts = LateCatalogue['help']

export const keyRows: readonly (readonly [keys: readonly string[], name: keyof HelpTexts['key']])[] = [
  [['Space'], 'play'],
  [['→', '←'], 'step'],
  [['Shift + →', 'Shift + ←'], 'chapter'],
  [['Ctrl + →'], 'quiet'],
  [['Home', 'End'], 'ends'],
  [['[', ']'], 'speed'],
  [['PgDn', 'PgUp'], 'milestone'],
  [['B', '.'], 'blank'],
  [['K'], 'kill'],
  [['X'], 'cut'],
  [['W'], 'why'],
  [['Shift + F10'], 'menu'],
  [['/'], 'kubectl'],
  [['P'], 'present'],
  [['?'], 'help'],
]

export type SignName = keyof HelpTexts['signs']

export const signNames: readonly SignName[] = [
  'watch',
  'request',
  'packet',
  'other',
  'lost',
  'leader',
  'follower',
  'candidate',
  'dead',
  'ghost',
  'sandbox',
  'running',
  'gap',
]

export const componentColours = [
  ['api', 'kube-apiserver'],
  ['etcd', 'etcd'],
  ['sched', 'kube-scheduler'],
  ['ctrl', 'kube-controller-manager'],
  ['node', 'node'],
] as const

export const termNames: readonly (readonly [key: keyof HelpTexts['terms'], term: string])[] = [
  ['apiserver', 'kube-apiserver'],
  ['etcd', 'etcd'],
  ['raft', 'Raft'],
  ['term', 'term'],
  ['commit', 'commit'],
  ['quorum', 'quorum'],
  ['resourceVersion', 'resourceVersion'],
  ['listWatch', 'list and watch'],
  ['informer', 'informer'],
  ['reconcile', 'reconcile'],
  ['controller', 'controller'],
  ['scheduler', 'kube-scheduler'],
  ['binding', 'binding'],
  ['kubelet', 'kubelet'],
  ['pod', 'Pod'],
  ['sandbox', 'sandbox'],
  ['cri', 'CRI'],
  ['cni', 'CNI'],
  ['replicaSet', 'ReplicaSet'],
  ['deployment', 'Deployment'],
  ['endpointSlice', 'EndpointSlice'],
  ['lease', 'Lease'],
  ['taint', 'taint'],
  ['admission', 'admission'],
]
