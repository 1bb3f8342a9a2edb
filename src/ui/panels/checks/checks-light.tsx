// One light for all checks: whether anything that must hold is violated at the moment that is looked at.

import { openDrawerTab } from '../../store/mode.ts'
import { useView } from '../../store/view.ts'
import { useCheckTexts } from './texts.ts'
import './checks.css'

export function ChecksLight() {
  const texts = useCheckTexts()
  const checks = useView((view) => view.checks)
  if (checks === null) return null
  const broken = checks.broken.length
  const label = broken === 0 ? texts.allHold(checks.total) : texts.someBroken(broken)
  return (
    <button
      type="button"
      className="quiet checks-light"
      data-broken={broken > 0 || undefined}
      aria-label={label}
      title={label}
      onClick={() => openDrawerTab('checks', { focus: true })}
    >
      <span aria-hidden="true">{broken === 0 ? `✓ ${checks.total}` : `✕ ${broken}`}</span>
    </button>
  )
}
