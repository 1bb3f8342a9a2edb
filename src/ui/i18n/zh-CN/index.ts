// The sections in Simplified Chinese; one line each.

export { app } from './app.ts'
export { design } from './design.ts'
export { events } from './events.ts'
export { faults } from './faults.ts'
export { help } from './help.ts'
export { inspector } from './inspector.ts'
export { kubectl } from './kubectl.ts'
export { share } from './share.ts'
export { stage } from './stage.ts'
export { story } from './story.ts'
export { timeline } from './timeline.ts'
export { yaml } from './yaml.ts'
