// ServiceAccount. Models kubernetes/pkg/registry/core/serviceaccount.
import type { ServiceAccount } from '../../api/objects.ts'
import { AGE_COLUMN, ageOf, integer, NAME_COLUMN } from './runtime/columns.ts'
import { defineKind } from './runtime/kind-definition.ts'

export const serviceAccountKind = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  resource: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  columns: [NAME_COLUMN, integer('Secrets'), AGE_COLUMN],
  row: (account, now) => [account.metadata.name, account.secrets?.length ?? 0, ageOf(account, now)],
})
