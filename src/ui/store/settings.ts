// What a person set, kept in localStorage. What is found there may be anything, or storage may be refused: each value
// is checked, and the default stands in.

import { create } from 'zustand'
import type { Language, StepSize } from '../../worker/protocol.ts'

export type Theme = 'auto' | 'light' | 'dark'
export type Place = 'story' | 'inspector' | 'drawer'

export interface Settings {
  readonly language: Language
  readonly theme: Theme
  readonly stepSize: StepSize
  readonly showNoise: boolean
  /** Widths of story and inspector and height of the drawer, in CSS pixels. */
  readonly sizes: Readonly<Record<Place, number>>
  readonly collapsed: Readonly<Record<Place, boolean>>
}

export const sizeLimits: Readonly<Record<Place, readonly [min: number, max: number]>> = {
  story: [240, 560],
  inspector: [260, 720],
  drawer: [96, 560],
}

const storageKey = 'vitrine.settings'

const defaults: Settings = {
  language: 'en',
  theme: 'auto',
  stepSize: 'message',
  showNoise: false,
  sizes: { story: 300, inspector: 330, drawer: 172 },
  collapsed: { story: false, inspector: false, drawer: false },
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === value)

/** A window this low, in CSS pixels, has no room for the drawer below the stage: it waits to be opened. */
const lowWindow = 705

/** `text` is what storage held; whatever of it is not valid is left at its default. */
export function parseSettings(
  text: string | null,
  preferred: readonly string[],
  windowHeight = Number.POSITIVE_INFINITY,
): Settings {
  const stored = parseJson(text)
  const sizes = isRecord(stored.sizes) ? stored.sizes : {}
  const collapsed = isRecord(stored.collapsed) ? stored.collapsed : {}
  const size = (place: Place): number => {
    const value = sizes[place]
    const [min, max] = sizeLimits[place]
    return typeof value === 'number' && value >= min && value <= max ? value : defaults.sizes[place]
  }
  return {
    language: oneOf(['zh-CN', 'en'], stored.language) ?? languageOf(preferred),
    theme: oneOf(['auto', 'light', 'dark'], stored.theme) ?? defaults.theme,
    stepSize: oneOf(['message', 'write', 'chapter', 'until-quiet'], stored.stepSize) ?? defaults.stepSize,
    showNoise: stored.showNoise === true,
    sizes: { story: size('story'), inspector: size('inspector'), drawer: size('drawer') },
    collapsed: {
      story: collapsed.story === true,
      inspector: collapsed.inspector === true,
      drawer: typeof collapsed.drawer === 'boolean' ? collapsed.drawer : windowHeight < lowWindow,
    },
  }
}

function parseJson(text: string | null): Readonly<Record<string, unknown>> {
  if (text === null) return {}
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

/** Any Chinese is served with Simplified Chinese; everything else with English. */
export const languageOf = (preferred: readonly string[]): Language =>
  /^zh\b/i.test(preferred[0] ?? '') ? 'zh-CN' : 'en'

function readStorage(): string | null {
  try {
    return globalThis.localStorage?.getItem(storageKey) ?? null
  } catch {
    return null
  }
}

function writeStorage(settings: Settings): void {
  try {
    globalThis.localStorage?.setItem(storageKey, JSON.stringify(settings))
  } catch {
    // Storage is full or refused: the settings last as long as the page.
  }
}

export const useSettings = create<Settings>(() =>
  parseSettings(readStorage(), globalThis.navigator?.languages ?? [], globalThis.innerHeight),
)

/** Changes settings for good; `overrideSettings` only for this visit (an address with ?lang=). */
export function changeSettings(change: Partial<Settings>): void {
  useSettings.setState(change)
  writeStorage(useSettings.getState())
}

export const overrideSettings = (change: Partial<Settings>): void => useSettings.setState(change)

export function resize(place: Place, size: number): void {
  const [min, max] = sizeLimits[place]
  const { sizes } = useSettings.getState()
  changeSettings({ sizes: { ...sizes, [place]: Math.round(Math.min(max, Math.max(min, size))) } })
}

export function setCollapsed(place: Place, collapsed: boolean): void {
  changeSettings({ collapsed: { ...useSettings.getState().collapsed, [place]: collapsed } })
}
