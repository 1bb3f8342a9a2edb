// kube-scheduler: decides on which node a Pod shall run. The shape of what it records is in `decision.ts`.
export { scheduler } from './scheduler.ts'
