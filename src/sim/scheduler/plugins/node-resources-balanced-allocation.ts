// Prefers nodes where cpu and memory would be used to the same degree. Models plugins/noderesources'
// BalancedAllocation; like it, it has no say on Pods that request neither.
import { balancedScore } from '../framework/node-resources.ts'
import type { Plugin } from '../framework/plugin.ts'
import { resourcesText } from '../framework/resources.ts'
import { SKIP } from '../framework/status.ts'

export const nodeResourcesBalancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  sign: ({ requested }) => resourcesText(requested),
  preScore: ({ requested }) => (requested.milliCpu === 0 && requested.memory === 0 ? { status: SKIP } : {}),
  score: balancedScore,
}
