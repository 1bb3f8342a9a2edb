// Simulated workloads: images and what the processes in them do.
export type { Behaviour, ProbeAnswer, ProbeKind, Usage, UsageStep } from './behaviour.ts'
export { answerProbe, containerBehaviour, usageAt } from './behaviour.ts'
export type { ImageLayer, ImageProfile } from './image-catalogue.ts'
export { digestOf, imageBytes, imageProfile } from './image-catalogue.ts'
export { fullImageName, imageRepository, parseImage } from './image-reference.ts'
