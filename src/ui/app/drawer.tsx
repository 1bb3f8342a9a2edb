// The drawer below the timeline: one tab for each panel that belongs there.

import type { KeyboardEvent } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { panels } from '../panels/index.ts'
import { openDrawerTab, useMode } from '../store/mode.ts'
import { setCollapsed, useSettings } from '../store/settings.ts'
import { PanelBody } from './panel-body.tsx'
import { Resizer } from './resizer.tsx'

export function Drawer() {
  const texts = useTexts()
  const collapsed = useSettings((settings) => settings.collapsed.drawer)
  const tabs = panels.filter(({ place }) => place === 'drawer')
  const wanted = useMode((mode) => mode.drawerTab)
  const open = tabs.find(({ id }) => id === wanted) ?? tabs[0]
  if (open === undefined) return null
  const { app } = texts
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const next = tabs[(tabs.indexOf(open) + by + tabs.length) % tabs.length]
    if (next === undefined) return
    openDrawerTab(next.id, { focus: false })
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus()
  }
  return (
    <section className={`drawer${collapsed ? ' is-collapsed' : ''}`} aria-label={app.drawer}>
      {collapsed ? null : <Resizer place="drawer" />}
      <div className="drawer-side">
        <div
          role="tablist"
          aria-orientation="vertical"
          aria-label={app.drawer}
          className="tabs"
          onKeyDown={onKeyDown}
        >
          {tabs.map((tab) => (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`tab-${tab.id}`}
              data-tab={tab.id}
              aria-selected={tab === open}
              aria-controls={collapsed ? undefined : 'drawer-panel'}
              tabIndex={tab === open ? 0 : -1}
              onClick={() => openDrawerTab(tab.id, { focus: false })}
            >
              {tab.title(texts)}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="fold fold-drawer"
          aria-expanded={!collapsed}
          aria-label={collapsed ? app.showDrawer : app.hideDrawer}
          title={collapsed ? app.showDrawer : app.hideDrawer}
          onClick={() => setCollapsed('drawer', !collapsed)}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d={collapsed ? 'M3 10 8 5 13 10' : 'M3 6 8 11 13 6'} />
          </svg>
        </button>
      </div>
      {collapsed ? null : (
        <div role="tabpanel" id="drawer-panel" aria-labelledby={`tab-${open.id}`} className="drawer-content">
          <PanelBody key={open.id} panel={open} />
        </div>
      )}
    </section>
  )
}
