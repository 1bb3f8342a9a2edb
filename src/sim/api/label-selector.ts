// Label selectors, from their object form and their text form, compiled to one list of requirements.
// Models apimachinery/pkg/labels and metav1.LabelSelectorAsSelector.
import type { FieldError, FieldPath } from './field-errors.ts'
import { forbidden, invalid, required } from './field-errors.ts'
import type { LabelOperator, LabelRequirement, Parsed } from './label-syntax.ts'
import { parseInt64, parseLabelRequirements } from './label-syntax.ts'
import { isLabelValue, isQualifiedName } from './name-formats.ts'
import type { LabelSelector, LabelSelectorRequirement, Labels } from './objects.ts'

export interface Selector {
  /** An empty list selects everything. */
  readonly requirements: readonly LabelRequirement[]
  /** What an absent selector object means: it selects nothing. */
  readonly nothing: boolean
}

export const EVERYTHING: Selector = Object.freeze({ requirements: Object.freeze([]), nothing: false })
export const NOTHING: Selector = Object.freeze({ requirements: Object.freeze([]), nothing: true })

const NO_LABELS: Labels = Object.freeze({})

export function parseLabelSelector(text: string): Parsed<Selector> {
  const parsed = parseLabelRequirements(text)
  return 'error' in parsed ? parsed : { value: { requirements: parsed.value, nothing: false } }
}

/** A selector of `key=value` pairs, as a Service has it. */
export function selectorFromMap(labels: Labels): Selector {
  const keys = Object.keys(labels).sort()
  return {
    requirements: keys.map((key) => ({ key, operator: '=', values: [labels[key] ?? ''] })),
    nothing: false,
  }
}

/** An absent selector selects nothing; an empty one selects everything. */
export function selectorFromObject(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return NOTHING
  const exact = selectorFromMap(selector.matchLabels ?? NO_LABELS).requirements
  const expressions = (selector.matchExpressions ?? []).map(requirementOf)
  return { requirements: [...exact, ...expressions], nothing: false }
}

function requirementOf(expression: LabelSelectorRequirement): LabelRequirement {
  const operators: Readonly<Record<string, LabelOperator>> = {
    In: 'in',
    NotIn: 'notin',
    Exists: 'exists',
    DoesNotExist: '!',
    Gt: 'gt',
    Lt: 'lt',
  }
  const operator = operators[expression.operator]
  if (operator === undefined)
    throw new Error(`"${expression.operator}" is not a valid label selector operator`)
  return { key: expression.key, operator, values: expression.values ?? [] }
}

export function selectorMatches(selector: Selector, labels: Labels | undefined): boolean {
  if (selector.nothing) return false
  for (const requirement of selector.requirements) {
    if (!requirementMatches(requirement, labels ?? NO_LABELS)) return false
  }
  return true
}

function requirementMatches(requirement: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined
  switch (requirement.operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && requirement.values.includes(value)
    case 'notin':
    case '!=':
      return value === undefined || !requirement.values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
    case 'lt':
      return value !== undefined && compareIntegers(requirement, value)
  }
}

function compareIntegers(requirement: LabelRequirement, value: string): boolean {
  const bound = parseInt64(requirement.values[0] ?? '')
  const actual = parseInt64(value)
  if (bound === undefined || actual === undefined) return false
  return requirement.operator === 'gt' ? actual > bound : actual < bound
}

/** The text form, which parses back to an equal selector. */
export function formatSelector(selector: Selector): string {
  return selector.nothing ? '<nothing>' : selector.requirements.map(formatRequirement).join(',')
}

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key
    case '!':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort().join(',')})`
    case 'gt':
      return `${key}>${values[0] ?? ''}`
    case 'lt':
      return `${key}<${values[0] ?? ''}`
    case '=':
    case '==':
    case '!=':
      return `${key}${operator}${values[0] ?? ''}`
  }
}

/** As validation of a stored selector does it, with paths under `path`. */
export function validateLabelSelector(selector: LabelSelector, path: FieldPath): FieldError[] {
  const errors = validateLabels(selector.matchLabels, path.child('matchLabels'))
  const expressions = selector.matchExpressions ?? []
  expressions.forEach((expression, index) => {
    errors.push(...validateExpression(expression, path.child('matchExpressions').index(index)))
  })
  return errors
}

function validateExpression(expression: LabelSelectorRequirement, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  const values = expression.values ?? []
  switch (expression.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"))
      }
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        errors.push(forbidden(path.child('values'), detail))
      }
      break
    default:
      errors.push(invalid(path.child('operator'), expression.operator, 'not a valid selector operator'))
  }
  for (const message of isQualifiedName(expression.key)) {
    errors.push(invalid(path.child('key'), expression.key, message))
  }
  values.forEach((value, index) => {
    for (const message of isLabelValue(value))
      errors.push(invalid(path.child('values').index(index), value, message))
  })
  return errors
}

export function validateLabels(labels: Labels | undefined, path: FieldPath): FieldError[] {
  const errors: FieldError[] = []
  for (const key of Object.keys(labels ?? NO_LABELS)) {
    const value = labels?.[key] ?? ''
    for (const message of isQualifiedName(key)) errors.push(invalid(path, key, message))
    for (const message of isLabelValue(value)) errors.push(invalid(path, value, message))
  }
  return errors
}
