// Arrow keys inside the stage: from the focused thing to the nearest one in that direction.

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

export interface Spot {
  readonly x: number
  readonly y: number
}

/** The index of the nearest spot that lies in the direction; going sideways counts double. Null: none does. */
export function nearest(
  from: Spot,
  spots: readonly Spot[],
  [dx, dy]: readonly [x: number, y: number],
): number | null {
  let best: number | null = null
  let bestCost = Number.POSITIVE_INFINITY
  spots.forEach(({ x, y }, index) => {
    const along = (x - from.x) * dx + (y - from.y) * dy
    const aside = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx)
    if (along <= 1 || aside > along * 3) return
    const cost = along + 2 * aside
    if (cost < bestCost) [best, bestCost] = [index, cost]
  })
  return best
}

export function moveFocus(event: KeyboardEvent, stage: HTMLElement): void {
  const direction = directions[event.key]
  const focused = document.activeElement
  if (direction === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
  if (!(focused instanceof HTMLElement) || focused.dataset.stageItem === undefined) return
  const items = [...stage.querySelectorAll<HTMLElement>('[data-stage-item]')].filter(
    (item) => item !== focused,
  )
  const spot = (item: HTMLElement): Spot => {
    const { left, top, width, height } = item.getBoundingClientRect()
    return { x: left + width / 2, y: top + height / 2 }
  }
  const index = nearest(spot(focused), items.map(spot), direction)
  // The page's own arrow keys step through time; inside the stage the arrows are taken.
  event.preventDefault()
  event.stopPropagation()
  if (index !== null) items[index]?.focus()
}
