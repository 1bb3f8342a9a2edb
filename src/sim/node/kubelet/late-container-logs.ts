// What the kubelet answers to whoever wants to read a container's log: only users do.
import { Late } from '../../kernel/late.ts'

export const logReader = new Late<typeof import('./container-logs.ts')>('logs of containers')
