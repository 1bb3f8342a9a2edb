// Which key means what (design §6), as data: a pure function from a key press to a wish.

export type Wish =
  | 'play-pause'
  | 'step-forward'
  | 'step-back'
  | 'chapter-forward'
  | 'chapter-back'
  | 'until-quiet'
  | 'quiet-back'
  | 'to-start'
  | 'to-head'
  | 'slower'
  | 'faster'
  | 'next-milestone'
  | 'previous-milestone'
  | 'blank'
  | 'kill'
  | 'cut'
  | 'why'
  | 'kubectl'
  | 'present'
  | 'help'
  | 'escape'

export interface KeyPress {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
}

const plain: Readonly<Record<string, Wish>> = {
  ' ': 'play-pause',
  ArrowRight: 'step-forward',
  ArrowLeft: 'step-back',
  Home: 'to-start',
  End: 'to-head',
  '[': 'slower',
  ']': 'faster',
  PageDown: 'next-milestone',
  PageUp: 'previous-milestone',
  b: 'blank',
  '.': 'blank',
  k: 'kill',
  x: 'cut',
  w: 'why',
  '/': 'kubectl',
  p: 'present',
  '?': 'help',
  Escape: 'escape',
}

/** A clicker sends "." or "b" to blank the screen, and page keys to go on and back. */
export function wishOf(press: KeyPress): Wish | null {
  if (press.altKey || press.metaKey) return null
  if (press.ctrlKey) {
    if (press.key === 'ArrowRight') return 'until-quiet'
    return press.key === 'ArrowLeft' ? 'quiet-back' : null
  }
  if (press.shiftKey && press.key === 'ArrowRight') return 'chapter-forward'
  if (press.shiftKey && press.key === 'ArrowLeft') return 'chapter-back'
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  return plain[key] ?? null
}
