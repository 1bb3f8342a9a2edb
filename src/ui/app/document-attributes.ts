// What the whole document has to know: its language, theme, and the sizes of the panels, as attributes and properties.

import { useEffect, useLayoutEffect, useState } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { useMode } from '../store/mode.ts'
import { useSettings } from '../store/settings.ts'

export function useDocumentAttributes(): void {
  const { app } = useTexts()
  const { language, theme, sizes } = useSettings()
  const { present, embed } = useMode()
  const dark = useSystemDark()
  useLayoutEffect(() => {
    const root = document.documentElement
    root.lang = language
    root.dataset.theme = theme === 'auto' ? (dark ? 'dark' : 'light') : theme
    root.dataset.present = String(present)
    root.dataset.embed = String(embed)
    root.style.setProperty('--story-width', `${sizes.story}px`)
    root.style.setProperty('--inspector-width', `${sizes.inspector}px`)
    root.style.setProperty('--drawer-height', `${sizes.drawer}px`)
    document.title = `${app.name} · ${app.tagline}`
  }, [language, theme, dark, present, embed, sizes, app])
}

function useSystemDark(): boolean {
  const [dark, setDark] = useState(() => window.matchMedia('(prefers-color-scheme: dark)').matches)
  useEffect(() => {
    const query = window.matchMedia('(prefers-color-scheme: dark)')
    const follow = (): void => setDark(query.matches)
    query.addEventListener('change', follow)
    return () => query.removeEventListener('change', follow)
  }, [])
  return dark
}
