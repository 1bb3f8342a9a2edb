// The client library: everything that talks to the apiserver uses it.
export { Client, type ClientState, type InformerChange } from './client.ts'
export {
  type EventDraft,
  EventRecorder,
  type EventRecorderState,
  eventRecorderState,
  eventRecorderTasks,
  postingComponent,
  type RecordEventEffect,
  recordEvent,
} from './event-recorder.ts'
export {
  LeaderElection,
  type LeaderElectionState,
  leaderElectionState,
  leaderElectionTasks,
  RESTART_MICROS,
} from './leader-election.ts'
export { type ChangeType, displaced, type InformerSpec } from './reflector.ts'
export {
  type ApiResult,
  api,
  type DeleteOptions,
  type FailureStatus,
  failedWith,
  requests,
  sleep,
} from './requests.ts'
export type { Identity } from './transport.ts'
export * from './work-queue.ts'
