// The sections in Simplified Chinese; one line each.

export { app } from './app.ts'
export { stage } from './stage.ts'
export { timeline } from './timeline.ts'
