// Texts that many Events and conditions have in common, so that they share one. A sum of strings would keep its parts, too.
import { remembering } from '../../kernel/remembering.ts'

// cache: the texts that were composed of late, at most 256.
const theOne = remembering(256, (text: string) => text)

export const sharedText = (parts: readonly string[]): string => theOne(parts.join(''))
