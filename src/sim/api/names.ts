// generateName: how the apiserver completes a name. Models apiserver/pkg/storage/names.

/** No vowels and no 0, 1 or 3, so that no suffix spells a word. */
const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
const SUFFIX_LENGTH = 5
const MAX_NAME_LENGTH = 63
const MAX_GENERATED_BASE_LENGTH = MAX_NAME_LENGTH - SUFFIX_LENGTH

/** A whole number in [0, below). */
export type RandomBelow = (below: number) => number

export function generateName(base: string, random: RandomBelow): string {
  return [base.slice(0, MAX_GENERATED_BASE_LENGTH), randomSuffix(SUFFIX_LENGTH, random)].join('')
}

export function randomSuffix(length: number, random: RandomBelow): string {
  let suffix = ''
  for (let i = 0; i < length; i++) suffix += SUFFIX_ALPHABET.charAt(random(SUFFIX_ALPHABET.length))
  return suffix
}

/** Encodes a hash in the alphabet of generated names, as a Deployment does for `pod-template-hash`. */
export function safeEncode(text: string): string {
  let encoded = ''
  for (let i = 0; i < text.length; i++) {
    encoded += SUFFIX_ALPHABET.charAt(text.charCodeAt(i) % SUFFIX_ALPHABET.length)
  }
  return encoded
}
