// kube-scheduler: decides on which node a Pod shall run.
export type { Decision, ScoreColumn } from './decision.ts'
export { scheduler } from './scheduler.ts'
export type { SchedulerConfig } from './state.ts'
