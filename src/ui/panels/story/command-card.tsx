// What the next chapter begins with, typed and ready to run: a command, or what the chapter does by itself.

import { useState } from 'react'
import type { ChapterText } from '../../../worker/protocol.ts'
import { useTexts, useTranslated } from '../../i18n/use-texts.ts'
import { runReadyChapter } from '../../store/ready-chapter.ts'

export function CommandCard({ chapter }: { readonly chapter: ChapterText }) {
  const texts = useTexts().story
  const translated = useTranslated()
  const [isRunning, setRunning] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const run = async (): Promise<void> => {
    setRunning(true)
    setError(null)
    try {
      await runReadyChapter()
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason))
    }
    setRunning(false)
  }
  const { command } = chapter
  const files = Object.keys(chapter.files)
  return (
    <section className="story-card" aria-label={texts.prepared}>
      <h3>{command === null ? texts.comesNext : texts.prepared}</h3>
      {command === null ? (
        <p>{translated(chapter.title)}</p>
      ) : (
        <p className="story-command">
          <code>
            <span aria-hidden="true">$ </span>
            {command}
          </code>
        </p>
      )}
      <div className="story-launch">
        <button type="button" className="story-run" disabled={isRunning} onClick={() => void run()}>
          <span aria-hidden="true">▶</span> {isRunning ? texts.running : texts.run}
        </button>
        {files.length > 0 && <span className="story-files">{texts.files(files.join(', '))}</span>}
      </div>
      {error !== null && (
        <p className="story-error" role="alert">
          {error}
        </p>
      )}
    </section>
  )
}
