// A Pod's state in words: the record's word first, then what is real where it differs.

import type { Catalogue } from '../i18n/catalogue.ts'
import type { PodState } from './pod-state.ts'

export function podWords(state: PodState, texts: Catalogue['stage']): readonly string[] {
  const { pod } = texts
  if (state.gap) return [pod.gap(state.word), pod.gapReal]
  if (state.remains) return [pod.notRecorded]
  if (!state.bound) return [pod.onlyRecorded, pod.noNode]
  if (state.terminating) return [pod.terminating]
  switch (state.reality) {
    case 'nothing':
      return [pod.bound]
    case 'sandbox':
      return [pod.sandbox]
    case 'networked':
      return [pod.networked]
    case 'pulling':
      return [pod.pulling]
    case 'starting':
      return [pod.starting]
    case 'exited':
      return [state.word === 'Running' ? pod.exited : state.word]
    case 'running':
      return [state.word === 'Running' ? pod.running : state.word]
  }
}
