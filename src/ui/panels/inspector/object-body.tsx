// An object: its YAML with what changed last and by whom, its versions as moments to go to, its scheduling decisions.

import type { FieldChange, Inspection, VersionView } from '../../../worker/protocol.ts'
import { useMoment } from '../../design/moment.ts'
import { dottedPath, inlineValue } from '../../design/value-lines.ts'
import { ValueTree } from '../../design/value-tree.tsx'
import { useLateTexts } from '../../i18n/use-texts.ts'
import { goToMoment } from '../../store/go-to.ts'
import { useView } from '../../store/view.ts'
import { DecisionMatrix } from './decision-matrix.tsx'
import { Section } from './parts.tsx'

type ObjectInspection = Extract<Inspection, { readonly kind: 'object' }>

export function ObjectBody({ inspection }: { readonly inspection: ObjectInspection }) {
  const texts = useLateTexts().inspector
  const { key, object, changes, versions, decisions } = inspection
  const last = useView(({ clock }) => versions.findLast(({ at }) => at <= clock.now))
  const goToLast = (): void => {
    if (last !== undefined) goToMoment(last.seq, { kind: 'object', key })
  }
  const changed = new Set(changes.map(({ path }) => path))
  const exists = object !== null && object !== undefined
  return (
    <>
      {exists && last !== undefined && (
        <Section
          title={texts.changes}
          note={last.writer === null ? last.verb : texts.changedBy(last.writer, last.verb)}
        >
          <Changes changes={changes} />
        </Section>
      )}
      <Section title={texts.yaml}>
        {exists ? (
          <ValueTree
            value={object}
            label={texts.yaml}
            changed={changed}
            folded={['/metadata/managedFields']}
            onChangedClick={goToLast}
            changedTitle={texts.changedTitle}
          />
        ) : (
          <p className="look-empty">{texts.gone}</p>
        )}
      </Section>
      {decisions.length > 0 && (
        <Section title={texts.decisions}>
          {decisions.map((decision) => (
            <DecisionMatrix key={decision.seq} decision={decision} />
          ))}
        </Section>
      )}
      <Section title={texts.versions}>
        <Versions objectKey={key} versions={versions} current={last} />
      </Section>
    </>
  )
}

/** At first an object is all change; the tree shows that better than a list. */
const CHANGES_LISTED = 12

function Changes({ changes }: { readonly changes: readonly FieldChange[] }) {
  const texts = useLateTexts().inspector
  const [first] = changes
  if (first === undefined) return <p className="look-empty">{texts.noChanges}</p>
  if (first.path === '')
    return <p className="look-empty">{first.after === undefined ? texts.deletedWhole : texts.createdWhole}</p>
  return (
    <ul className="look-changes">
      {changes.slice(0, CHANGES_LISTED).map(({ path, before, after }) => (
        <li key={path}>
          <span className="look-path mono">{path.startsWith('/') ? dottedPath(path) : path}</span>
          <span className="mono">
            {before !== undefined && (
              <del>
                <span className="visually-hidden">{texts.before} </span>
                {inlineValue(before)}
              </del>
            )}
            {before !== undefined && after !== undefined && ' → '}
            {after !== undefined && (
              <ins>
                <span className="visually-hidden">{texts.after} </span>
                {inlineValue(after)}
              </ins>
            )}
          </span>
        </li>
      ))}
      {changes.length > CHANGES_LISTED && <li className="look-empty">+{changes.length - CHANGES_LISTED}</li>}
    </ul>
  )
}

interface VersionsProps {
  readonly objectKey: string
  readonly versions: readonly VersionView[]
  readonly current: VersionView | undefined
}

function Versions({ objectKey, versions, current }: VersionsProps) {
  const texts = useLateTexts().inspector
  const moment = useMoment()
  if (versions.length === 0) return <p className="look-empty">{texts.noVersions}</p>
  return (
    <ol className="look-versions" aria-label={texts.versions}>
      {versions.toReversed().map((version) => (
        <li key={version.revision} aria-current={version === current ? 'true' : undefined}>
          <button
            type="button"
            className="look-row"
            onClick={() => goToMoment(version.seq, { kind: 'object', key: objectKey })}
          >
            <span className="look-row-time mono">{moment(version.at)}</span>
            <span className="look-row-label">
              {texts.version(version.revision)} · {version.verb}
            </span>
            <span className="look-row-way">{version.writer}</span>
          </button>
        </li>
      ))}
    </ol>
  )
}
