// Lease. Models kubernetes/pkg/registry/coordination/lease and ValidateLeaseSpec.
import type { FieldError } from '../../api/field-errors.ts'
import { invalid, isNonNegative } from '../../api/field-errors.ts'
import type { Lease } from '../../api/objects.ts'
import { change } from '../pod-spec/fill.ts'
import { AGE_COLUMN, ageOf, NAME_COLUMN, text } from './runtime/columns.ts'
import { defineKind, SPEC } from './runtime/kind-definition.ts'

export const leaseKind = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  columns: [NAME_COLUMN, text('Holder'), AGE_COLUMN],
  applyDefaults: (lease) => change(lease, 'spec', lease.spec ?? {}),
  validate: validateLease,
  validateUpdate: validateLease,
  row: (lease, now) => [lease.metadata.name, lease.spec.holderIdentity ?? '', ageOf(lease, now)],
})

function validateLease({ spec }: Lease): FieldError[] {
  const duration = spec.leaseDurationSeconds
  const errors: FieldError[] = []
  if (duration !== undefined && duration <= 0) {
    errors.push(invalid(SPEC.child('leaseDurationSeconds'), duration, 'must be greater than 0'))
  }
  return [...errors, ...isNonNegative(spec.leaseTransitions, SPEC.child('leaseTransitions'))]
}
