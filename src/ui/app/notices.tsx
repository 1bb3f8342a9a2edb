// The bar of notices: what was wrong with an input and what is valid. Announced, and dismissed by hand.

import { useTexts } from '../i18n/use-texts.ts'
import { dismiss, useNotices } from '../store/notices.ts'

export function Notices() {
  const { app } = useTexts()
  const notices = useNotices((state) => state.notices)
  return (
    <div className="notices" role="alert">
      {notices.map(({ id, text }) => (
        <p key={id}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="M8 1.5 15 14H1Z" />
            <path d="M8 6v4M8 12v.2" />
          </svg>
          <span>{text}</span>
          <button type="button" onClick={() => dismiss(id)}>
            {app.dismiss}
          </button>
        </p>
      ))}
    </div>
  )
}
