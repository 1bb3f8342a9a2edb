// Simulated workloads: images and what the processes in them do.
export type { Behaviour, ProbeAnswer } from './behaviour.ts'
export { answerProbe, containerBehaviour, isReadinessAnnotated, preStopSeconds } from './behaviour.ts'
export { containerLog } from './container-log.ts'
export { digestOf, imageBytes, imageLayers } from './image-catalogue.ts'
export { fullImageName, imageNameError, imageRepository, parseImage } from './image-reference.ts'
