// Sharing and exporting: a link that replays the session, files of what happened, and a scenario from disk.

import type { ChangeEvent } from 'react'
import { useEffect, useRef, useState } from 'react'
import { MAX_FILE_BYTES, MAX_FILE_MIB } from '../../../worker/protocol.ts'
import { useTexts } from '../../i18n/use-texts.ts'
import { call } from '../../store/host.ts'
import { useView } from '../../store/view.ts'
import type { ExportFormat } from './export-files.ts'
import { exportFormats, fileNameFor, saveFile } from './export-files.ts'
import './share.css'

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export function SharePanel() {
  return (
    <div className="share">
      <ShareLink />
      <Exports />
      <ScenarioFile />
    </div>
  )
}

function Failed({ error }: { readonly error: string | null }) {
  const texts = useTexts().share
  return error === null ? null : (
    <p className="share-error" role="alert">
      {texts.failed(error)}
    </p>
  )
}

/** The link also goes to the address bar, so that a bookmark or the browser's own sharing has it. */
function ShareLink() {
  const texts = useTexts().share
  const [link, setLink] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    let isOver = false
    call('share').then(
      (session) => {
        if (isOver) return
        const { scenario } = useView.getState()
        const address = new URL(window.location.href)
        for (const parameter of ['step', 'at']) address.searchParams.delete(parameter)
        if (scenario !== null) {
          address.searchParams.set('scenario', scenario.name)
          address.searchParams.set('seed', String(scenario.seed))
        }
        address.hash = session
        window.history.replaceState(null, '', address)
        setLink(address.href)
      },
      (reason: unknown) => {
        if (!isOver) setError(reasonOf(reason))
      },
    )
    return () => {
      isOver = true
    }
  }, [])
  const copy = (): void => {
    field.current?.select()
    if (link === null) return
    const clipboard = navigator.clipboard as Clipboard | undefined
    const copying = clipboard === undefined ? Promise.reject(new Error()) : clipboard.writeText(link)
    copying.then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  return (
    <section aria-labelledby="share-link">
      <h3 id="share-link">{texts.link}</h3>
      <p className="share-hint">{texts.linkHint}</p>
      <div className="share-line">
        <input
          ref={field}
          readOnly
          className="mono"
          aria-label={texts.link}
          value={link ?? texts.making}
          onFocus={({ target }) => target.select()}
        />
        <button type="button" className="share-main" disabled={link === null} onClick={copy}>
          {state === 'copied' ? texts.copied : texts.copy}
        </button>
      </div>
      <p role="status" className="share-hint">
        {state === 'refused' && texts.copyFailed}
        {state === 'copied' && <span className="visually-hidden">{texts.copied}</span>}
      </p>
      <Failed error={error} />
    </section>
  )
}

function Exports() {
  const texts = useTexts().share
  const [busy, setBusy] = useState<ExportFormat | null>(null)
  const [error, setError] = useState<string | null>(null)
  const save = async (format: ExportFormat): Promise<void> => {
    setBusy(format)
    setError(null)
    try {
      saveFile(fileNameFor(format, useView.getState().scenario), await call('export', format))
    } catch (reason) {
      setError(reasonOf(reason))
    }
    setBusy(null)
  }
  return (
    <section aria-labelledby="share-exports">
      <h3 id="share-exports">{texts.exports}</h3>
      <ul className="share-formats">
        {exportFormats.map((format) => (
          <li key={format}>
            <span id={`export-${format}`}>{texts.formats[format]}</span>
            <button
              type="button"
              aria-describedby={`export-${format}`}
              disabled={busy !== null}
              onClick={() => void save(format)}
            >
              {busy === format ? texts.preparing : texts.download}
            </button>
          </li>
        ))}
      </ul>
      <Failed error={error} />
    </section>
  )
}

function ScenarioFile() {
  const texts = useTexts().share
  const picker = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<string | null>(null)
  const [opened, setOpened] = useState<string | null>(null)
  const open = async ({ target }: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = target.files?.[0]
    if (file === undefined) return
    setError(null)
    setOpened(null)
    try {
      if (file.size > MAX_FILE_BYTES) throw new Error(texts.tooLarge(file.name, MAX_FILE_MIB))
      await call('open', { scenario: 'file', file: await file.text() })
      setOpened(file.name)
    } catch (reason) {
      setError(reasonOf(reason))
    }
    target.value = ''
  }
  return (
    <section aria-labelledby="share-scenario">
      <h3 id="share-scenario">{texts.scenarioFile}</h3>
      <p className="share-hint">{texts.scenarioHint}</p>
      <button type="button" onClick={() => picker.current?.click()}>
        {texts.open}
      </button>
      <input ref={picker} type="file" accept=".yaml,.yml" hidden onChange={(event) => void open(event)} />
      <p role="status" className="share-hint">
        {opened !== null && texts.opened(opened)}
      </p>
      <Failed error={error} />
    </section>
  )
}
