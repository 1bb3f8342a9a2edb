// The header: which scenario, on what cluster, and how the page is shown.

import { lazy, Suspense, useEffect, useState } from 'react'
import type { ScenarioSummary } from '../../worker/protocol.ts'
import { languages } from '../i18n/load-texts.ts'
import { switchLanguage } from '../i18n/switch-language.ts'
import { useLanguage, useTexts, useTranslated } from '../i18n/use-texts.ts'
import { panels } from '../panels/index.ts'
import { call, request } from '../store/host.ts'
import { openDialog, setPresent, useMode } from '../store/mode.ts'
import type { Theme } from '../store/settings.ts'
import { changeSettings, useSettings } from '../store/settings.ts'
import { useView } from '../store/view.ts'

const ChecksLight = lazy(() =>
  import('../panels/checks/checks-light.tsx').then((module) => ({ default: module.ChecksLight })),
)

const SizePicker = lazy(() => import('./size-picker.tsx').then((module) => ({ default: module.SizePicker })))

export function Header() {
  const texts = useTexts().app
  const present = useMode((mode) => mode.present)
  const dialogs = panels.filter(({ place }) => place === 'dialog').map(({ id }) => id)
  return (
    <header className="header">
      <h1>{texts.name}</h1>
      <ScenarioPicker />
      <Suspense fallback={null}>
        <SizePicker />
      </Suspense>
      <TopologyLine />
      {present ? null : (
        <Suspense fallback={null}>
          <ChecksLight />
        </Suspense>
      )}
      <span className="header-space" />
      <LanguageSwitch />
      <ThemeSwitch />
      {dialogs.includes('share') ? (
        <button type="button" className="quiet" onClick={() => openDialog('share')}>
          {texts.share}
        </button>
      ) : null}
      <button
        type="button"
        className="quiet presenting"
        aria-pressed={present}
        onClick={() => setPresent(!present)}
      >
        {present ? texts.endPresent : texts.present}
      </button>
      {dialogs.includes('help') ? (
        <button
          type="button"
          className="quiet"
          aria-label={texts.help}
          title={texts.help}
          onClick={() => openDialog('help')}
        >
          ?
        </button>
      ) : null}
    </header>
  )
}

function ScenarioPicker() {
  const texts = useTexts().app
  const translated = useTranslated()
  const opened = useView((view) => view.opened)
  const current = useView((view) => view.scenario)
  const [scenarios, setScenarios] = useState<readonly ScenarioSummary[]>([])
  useEffect(() => {
    if (opened) call('scenarios').then(setScenarios, () => undefined)
  }, [opened])
  const listed = scenarios.some(({ name }) => name === current?.name)
  const all = current === null || listed ? scenarios : [current, ...scenarios]
  return (
    <label className="scenario">
      <span className="visually-hidden">{texts.scenario}</span>
      <select
        value={current?.name ?? ''}
        onChange={(event) => request('open', { scenario: event.currentTarget.value })}
      >
        {all.map(({ name, title }) => (
          <option key={name} value={name}>
            {translated(title)}
          </option>
        ))}
      </select>
    </label>
  )
}

function TopologyLine() {
  const texts = useTexts().app
  const scenario = useView((view) => view.scenario)
  if (scenario === null) return null
  const { topology, seed } = scenario
  return (
    <span className="topology">
      {texts.topology(topology.etcd, topology.controlPlanes, topology.nodes, seed)}
    </span>
  )
}

function LanguageSwitch() {
  const texts = useTexts().app
  const current = useLanguage()
  return (
    <fieldset className="language">
      <legend className="visually-hidden">{texts.language}</legend>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className="quiet"
          aria-pressed={language === current}
          onClick={() => switchLanguage(language)}
        >
          {language === 'en' ? texts.english : texts.chinese}
        </button>
      ))}
    </fieldset>
  )
}

const nextTheme: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' }

function ThemeSwitch() {
  const texts = useTexts().app
  const theme = useSettings((settings) => settings.theme)
  const name = { auto: texts.themeAuto, light: texts.themeLight, dark: texts.themeDark }[theme]
  return (
    <button
      type="button"
      className="quiet theme"
      aria-label={name}
      title={name}
      onClick={() => changeSettings({ theme: nextTheme[theme] })}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" />
        {theme === 'auto' ? <path d="M8 2a6 6 0 0 1 0 12Z" /> : null}
        {theme === 'dark' ? <circle cx="8" cy="8" r="6" className="full" /> : null}
      </svg>
    </button>
  )
}
