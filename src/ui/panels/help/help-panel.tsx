// Help: keys, what the picture says, and the words with a gloss.

import { useLateTexts } from '../../i18n/use-texts.ts'
import { Sign } from './signs.tsx'
import { componentColours, keyRows, signNames, termNames } from './tables.ts'
import './help.css'

export function HelpPanel() {
  const texts = useLateTexts().help
  return (
    <div className="help">
      <section aria-labelledby="help-keys">
        <h3 id="help-keys">{texts.keys}</h3>
        <p className="help-note">{texts.keysNote}</p>
        <dl className="help-keys">
          {keyRows.map(([keys, name]) => (
            <div key={name}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{texts.key[name]}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section aria-labelledby="help-legend">
        <h3 id="help-legend">{texts.legend}</h3>
        <dl className="help-signs">
          {signNames.map((name) => (
            <div key={name}>
              <dt>
                <Sign name={name} />
              </dt>
              <dd>{texts.signs[name]}</dd>
            </div>
          ))}
        </dl>
        <p className="help-note">{texts.colours}</p>
        <ul className="help-colours">
          {componentColours.map(([colour, name]) => (
            <li key={name} data-colour={colour}>
              {name}
            </li>
          ))}
          <li data-colour="now">{texts.now}</li>
        </ul>
      </section>
      <section className="help-words-section" aria-labelledby="help-words">
        <h3 id="help-words">{texts.glossary}</h3>
        <dl className="help-words">
          {termNames.map(([key, term]) => (
            <div key={key}>
              <dt lang="en">{term}</dt>
              <dd>{texts.terms[key]}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  )
}
