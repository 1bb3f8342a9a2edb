// Names of exported files.

import { expect, test } from 'vitest'
import type { ScenarioView } from '../../../worker/protocol.ts'
import { exportFormats, fileNameFor } from './export-files.ts'

const scenario: ScenarioView = {
  name: 'pod-creation',
  title: { en: '', 'zh-CN': '' },
  about: { en: '', 'zh-CN': '' },
  seed: 11,
  topology: { controlPlanes: 1, etcd: 3, nodes: 3 },
  chapters: [],
}

test('a file is named after its session, and no two formats collide', () => {
  const names = exportFormats.map((format) => fileNameFor(format, scenario))
  expect(names).toContain('vitrine-pod-creation-11.trace.json')
  expect(new Set(names).size).toBe(exportFormats.length)
  expect(fileNameFor('mermaid', null)).toBe('vitrine-session.mmd')
})
