// The edge of a panel, to be dragged or moved with the arrow keys.

import type { KeyboardEvent, PointerEvent } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import type { Place } from '../store/settings.ts'
import { resize, sizeLimits, useSettings } from '../store/settings.ts'

const step = 24

export function Resizer({ place }: { readonly place: Place }) {
  const { app } = useTexts()
  const size = useSettings((settings) => settings.sizes[place])
  const name = { story: app.resizeStory, inspector: app.resizeInspector, drawer: app.resizeDrawer }[place]
  const [min, max] = sizeLimits[place]
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    if (place === 'story') resize(place, event.clientX)
    else if (place === 'inspector') resize(place, window.innerWidth - event.clientX)
    else resize(place, window.innerHeight - event.clientY)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const grow = place === 'story' ? 'ArrowRight' : place === 'inspector' ? 'ArrowLeft' : 'ArrowUp'
    const shrink = place === 'story' ? 'ArrowLeft' : place === 'inspector' ? 'ArrowRight' : 'ArrowDown'
    const by = event.key === grow ? step : event.key === shrink ? -step : 0
    if (by === 0) return
    event.preventDefault()
    event.stopPropagation()
    resize(place, size + by)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: <hr> cannot be focused and dragged
    <div
      className={`resizer resizer-${place}`}
      role="separator"
      tabIndex={0}
      aria-label={name}
      aria-orientation={place === 'drawer' ? 'horizontal' : 'vertical'}
      aria-valuemin={min}
      aria-valuemax={max}
      aria-valuenow={size}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  )
}
