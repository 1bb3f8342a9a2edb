// The stage's signs at the size of a line of text, in the same shapes as on the stage.

import type { ReactNode } from 'react'
import type { SignName } from './tables.ts'

const crown = 'M-5 -1 -6 -7 -2.5 -4.5 0 -8 2.5 -4.5 6 -7 5 -1Z'
const etcd = { fill: 'none', stroke: 'var(--etcd)' }
const now = { fill: 'var(--now)', stroke: 'none' }
const pod = { x: -17, y: -8, width: 34, height: 16, rx: 4, fill: 'none', stroke: 'var(--edge)' }

const signs: Readonly<Record<SignName, ReactNode>> = {
  watch: <path d="M-20 0H20" stroke="var(--ghost)" strokeWidth="1.6" strokeDasharray="2 4" />,
  request: <path d="M-20 0H20" stroke="var(--api)" strokeWidth="2" />,
  packet: (
    <>
      <path d="M-20 0H20" stroke="var(--now)" strokeWidth="1.6" />
      <circle r="5" {...now} />
      <circle r="8.5" fill="none" stroke="var(--now)" strokeOpacity="0.4" strokeWidth="1.5" />
    </>
  ),
  other: <circle r="3.5" fill="var(--soft)" />,
  lost: <path d="M-5 -5 5 5M5 -5 -5 5" stroke="var(--now)" strokeWidth="2" />,
  leader: (
    <>
      <circle r="12" strokeWidth="2" {...etcd} />
      <circle r="9.5" strokeWidth="1" {...etcd} />
      <path d={crown} transform="translate(0 4)" fill="var(--etcd)" />
    </>
  ),
  follower: <circle r="11" strokeWidth="2" {...etcd} />,
  candidate: <circle r="11" strokeWidth="2" strokeDasharray="4 3" {...etcd} />,
  dead: (
    <>
      <circle r="11" fill="none" stroke="var(--ghost)" strokeWidth="2" />
      <path d="M-5 -5 5 5M5 -5 -5 5" stroke="var(--ghost)" strokeWidth="2" />
    </>
  ),
  ghost: <rect {...pod} strokeWidth="1.6" strokeDasharray="4 3" />,
  sandbox: <rect {...pod} stroke="var(--node)" strokeWidth="1.8" />,
  running: <rect {...pod} fill="var(--ok-bg)" stroke="var(--ok)" strokeWidth="1.8" />,
  gap: (
    <>
      <rect {...pod} stroke="var(--now)" strokeWidth="1.6" strokeDasharray="4 3" />
      <path d="M-5 -2.5H5M-5 2.5H5M3 -6 -3 6" stroke="var(--now)" strokeWidth="1.4" />
    </>
  ),
}

export const Sign = ({ name }: { readonly name: SignName }) => (
  <svg viewBox="-24 -14 48 28" width="48" height="28" aria-hidden="true">
    {signs[name]}
  </svg>
)
