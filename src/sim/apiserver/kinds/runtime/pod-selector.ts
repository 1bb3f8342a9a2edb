// The selector of a controller of Pods: what ReplicaSets and Deployments demand of it.
import type { FieldError, FieldPath } from '../../../api/field-errors.ts'
import { invalid, required } from '../../../api/field-errors.ts'
import type { Selector } from '../../../api/label-selector.ts'
import { NOTHING, selectorFromObject, validateLabelSelector } from '../../../api/label-selector.ts'
import type { LabelSelector } from '../../../api/objects.ts'

/**
 * A selector that a controller adopts pods by must exist and not select everything. One that cannot be
 * compiled is undefined, and then the template is not checked against it.
 */
export function checkSelector(
  selector: LabelSelector | undefined,
  path: FieldPath,
): { readonly selector: Selector | undefined; readonly errors: readonly FieldError[] } {
  if (selector === undefined) return { selector: NOTHING, errors: [required(path)] }
  const errors = validateLabelSelector(selector, path)
  if (errors.length > 0) {
    return { selector: undefined, errors: [...errors, invalid(path, selector, 'invalid label selector')] }
  }
  const compiled = selectorFromObject(selector)
  if (compiled.requirements.length > 0) return { selector: compiled, errors }
  return { selector: compiled, errors: [invalid(path, selector, 'empty selector is invalid for deployment')] }
}
