// What runs a container's command. Before there are Pods nobody needs it.
import { Late } from '../kernel/late.ts'

export const shell = new Late<typeof import('./shell.ts')>('commands of containers')
