// The page's keys. None fires while somebody types, while a dialog or menu is open, or where the focused thing needs
// the key itself.

import { useEffect } from 'react'
import { fulfil } from './actions.ts'
import { wishOf } from './keys.ts'

const typing = 'input, textarea, select, [contenteditable="true"], dialog, [role="menu"]'
/** Things that answer the space bar themselves. Stage items are left out: Enter chooses them, and Space plays. */
const pressable = 'button:not([data-stage-item]), a, summary, [role="tab"], [role="option"]'

function isTaken(event: KeyboardEvent): boolean {
  const { target } = event
  if (event.defaultPrevented || !(target instanceof Element)) return true
  if (target.closest(typing) !== null) return true
  if (event.key === ' ' && target.closest(pressable) !== null) return true
  // Inside a list or a table the arrows move there.
  return (
    event.key.startsWith('Arrow') && target.closest('[role="grid"], [role="tree"], [role="listbox"]') !== null
  )
}

export function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isTaken(event)) return
      const wish = wishOf(event)
      if (wish === null) return
      event.preventDefault()
      // Held down, only stepping repeats.
      if (event.repeat && !wish.startsWith('step')) return
      fulfil(wish)
    }
    // A stage item would be clicked by the space bar when it is released.
    const onKeyUp = (event: KeyboardEvent): void => {
      if (
        event.key === ' ' &&
        event.target instanceof Element &&
        event.target.closest('[data-stage-item]') !== null
      )
        event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    document.addEventListener('keyup', onKeyUp)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('keyup', onKeyUp)
    }
  }, [])
}
