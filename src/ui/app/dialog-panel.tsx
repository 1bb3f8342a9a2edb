// The open dialog, if there is one: a panel of place `dialog` in a modal <dialog>.

import { useEffect, useRef } from 'react'
import { useTexts } from '../i18n/use-texts.ts'
import { panels } from '../panels/index.ts'
import { openDialog, useMode } from '../store/mode.ts'
import type { Panel } from './panel.ts'
import { PanelBody } from './panel-body.tsx'

export function DialogPanel() {
  const wanted = useMode((mode) => mode.dialog)
  const panel = panels.find(({ id, place }) => place === 'dialog' && id === wanted)
  return panel === undefined ? null : <Open key={panel.id} panel={panel} />
}

function Open({ panel }: { readonly panel: Panel }) {
  const texts = useTexts()
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = box.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={box} className="dialog" aria-labelledby="dialog-title" onClose={() => openDialog(null)}>
      <div className="dialog-head">
        <h2 id="dialog-title">{panel.title(texts)}</h2>
        <button
          type="button"
          className="fold"
          aria-label={texts.app.close}
          title={texts.app.close}
          onClick={() => openDialog(null)}
        >
          ✕
        </button>
      </div>
      <PanelBody panel={panel} />
    </dialog>
  )
}
