// The page's address as data: ?scenario= &seed= &nodes= &step=|at= &lang= &present=1 &embed=1, and a shared session in the
// fragment. A wrong value is left out and reported; the page works without it.

import type { Language, OpenOptions, Position } from '../../worker/protocol.ts'
import type { Catalogue } from '../i18n/catalogue.ts'

export interface PageAddress {
  readonly scenario: string | null
  readonly seed: number | null
  readonly nodes: number | null
  readonly position: Position | null
  readonly language: Language | null
  readonly present: boolean
  readonly embed: boolean
  readonly shared: string | null
  readonly problems: readonly AddressProblem[]
}

export interface AddressProblem {
  readonly parameter: string
  readonly value: string
  /** Which text says what is valid. */
  readonly valid:
    | 'validSeed'
    | 'validNodes'
    | 'validTime'
    | 'validFlag'
    | 'validLanguage'
    | 'validStepOrAt'
    | 'validConnect'
}

/** No valid value is as long; the rest would only fill the page with what is wrong. */
const MAX_VALUE = 100

export const defaultScenario = 'pod-creation'

export function parseAddress(search: string, hash: string): PageAddress {
  const query = new URLSearchParams(search)
  const problems: AddressProblem[] = []
  const given = (parameter: string): string | null => query.get(parameter)?.slice(0, MAX_VALUE) ?? null
  const read = <T>(
    parameter: string,
    valid: AddressProblem['valid'],
    parse: (value: string) => T | null,
  ): T | null => {
    const value = given(parameter)
    if (value === null) return null
    const parsed = parse(value)
    if (parsed === null) problems.push({ parameter, value, valid })
    return parsed
  }
  const flag = (parameter: string): boolean =>
    read(parameter, 'validFlag', (value) => (value === '1' ? true : value === '0' ? false : null)) ?? false
  const step = given('step')
  const at = read('at', 'validTime', parseMicros)
  if (step !== null && query.has('at'))
    problems.push({ parameter: 'at', value: given('at') ?? '', valid: 'validStepOrAt' })
  // Links to a cluster that runs elsewhere are for a version that can attach to one; nothing is asked of that address.
  read('connect', 'validConnect', () => null)
  const language = read('lang', 'validLanguage', (value): Language | null =>
    value === 'en' || value === 'zh-CN' ? value : null,
  )
  return {
    scenario: given('scenario'),
    seed: read('seed', 'validSeed', parseSeed),
    nodes: read('nodes', 'validNodes', parseNodes),
    position: step !== null ? { step } : at !== null ? { at } : null,
    language,
    present: flag('present'),
    embed: flag('embed'),
    shared: hash.length > 1 ? hash.slice(1) : null,
    problems,
  }
}

function parseSeed(text: string): number | null {
  const seed = Number(text)
  return /^\d{1,10}$/.test(text) && seed <= 0xffff_ffff ? seed : null
}

/** As many as Kubernetes promises to bear. */
const mostNodes = 5_000

function parseNodes(text: string): number | null {
  const nodes = Number(text)
  return /^\d{1,4}$/.test(text) && nodes >= 1 && nodes <= mostNodes ? nodes : null
}

const unitMicros: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, m: 60e6, h: 3600e6 }

/** "2.5s", "1m30s", "400ms"; a plain number is seconds. */
export function parseMicros(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1e6)
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return null
  const micros = parts.reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (unitMicros[unit] ?? 0),
    0,
  )
  return Math.round(micros)
}

/** @param fallback the scenario to open when the address names none */
export const openOptions = (address: PageAddress, fallback: string): OpenOptions => ({
  scenario: address.scenario ?? fallback,
  ...(address.seed === null ? {} : { seed: address.seed }),
  ...(address.nodes === null ? {} : { nodes: address.nodes }),
  ...(address.position === null ? {} : { position: address.position }),
  ...(address.shared === null ? {} : { shared: address.shared }),
})

export const explain = ({ parameter, value, valid }: AddressProblem, texts: Catalogue['app']): string =>
  texts.badParameter(parameter, value, texts[valid])
