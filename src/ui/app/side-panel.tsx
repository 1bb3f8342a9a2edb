// A panel beside the stage, which can be folded away and made wider. What fills it is registered in ui/panels.

import { useTexts } from '../i18n/use-texts.ts'
import { panels } from '../panels/index.ts'
import { useMode } from '../store/mode.ts'
import { useSelection } from '../store/selection.ts'
import { setCollapsed, useSettings } from '../store/settings.ts'
import { PanelBody } from './panel-body.tsx'
import { Resizer } from './resizer.tsx'

export function SidePanel({ place }: { readonly place: 'story' | 'inspector' }) {
  const texts = useTexts()
  const collapsed = useSettings((settings) => settings.collapsed[place])
  const embed = useMode((mode) => mode.embed)
  const own = panels.filter((panel) => panel.place === place)
  const nothingSelected = useSelection(({ selected }) => selected === null)
  const { app } = texts
  const [title, show, hide] =
    place === 'story'
      ? [app.story, app.showStory, app.hideStory]
      : [app.inspector, app.showInspector, app.hideInspector]
  if (place === 'story' && embed) return null
  const toggle = (
    <button
      type="button"
      className="fold"
      aria-expanded={!collapsed}
      aria-label={collapsed ? show : hide}
      title={collapsed ? show : hide}
      onClick={() => setCollapsed(place, !collapsed)}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={(place === 'story') === collapsed ? 'M6 3 11 8 6 13' : 'M10 3 5 8 10 13'} />
      </svg>
    </button>
  )
  return (
    <aside className={`side side-${place}${collapsed ? ' is-collapsed' : ''}`} aria-label={title}>
      {toggle}
      {collapsed ? null : (
        <>
          <div className="side-content">
            {place === 'inspector' && nothingSelected ? <EmptyInspector /> : null}
            {place === 'inspector' && nothingSelected
              ? null
              : own.map((panel) => <PanelBody key={panel.id} panel={panel} />)}
          </div>
          <Resizer place={place} />
        </>
      )}
    </aside>
  )
}

function EmptyInspector() {
  const { app } = useTexts()
  return (
    <div className="empty-inspector">
      <h2>{app.nothingSelected}</h2>
      <p>{app.selectHint}</p>
      <ul>
        {Object.entries(app.selectables).map(([kind, text]) => (
          <li key={kind}>{text}</li>
        ))}
      </ul>
    </div>
  )
}
