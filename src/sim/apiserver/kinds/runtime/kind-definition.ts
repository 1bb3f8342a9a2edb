// A kind as data: what the apiserver must know to serve a resource. Each kind is one file of this folder,
// and one line in its index. Models a resource's REST strategy, defaulting, validation and printer upstream.
import type { FieldError } from '../../../api/field-errors.ts'
import { FieldPath } from '../../../api/field-errors.ts'
import { extended } from '../../../api/json.ts'
import { isDNS1123Subdomain } from '../../../api/name-formats.ts'
import type { KubeObject, ObjectMeta } from '../../../api/objects.ts'

export type Subresource = 'status' | 'scale' | 'binding' | 'eviction' | 'log' | 'exec' | 'finalize'

export interface Column {
  readonly name: string
  readonly type: 'string' | 'integer'
  readonly format?: 'name'
  /** 0 is always shown, 1 only by `-o wide`. */
  readonly priority: 0 | 1
}

export type Cell = string | number

/** What is wrong with a name; `isPrefix` when it is a generateName, which may end in a hyphen. */
export type NameRule = (name: string, isPrefix: boolean) => readonly string[]

export interface ScalePaths {
  readonly specReplicasPath: string
  readonly statusReplicasPath: string
  readonly labelSelectorPath: string
}

/** Reads one field; written as a method, so that a kind of pods is a kind of objects, as its methods make it. */
type FieldReader<T> = { read(object: T): string }['read']

/**
 * Methods take objects whose system metadata is filled in already (name, uid, creation time), as upstream's
 * BeforeCreate does it; resourceVersion is the empty string until the object is stored. None of them changes
 * its argument: they return it when there is nothing to do, and share what they do not change.
 */
export interface KindDefinition<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly listKind: string
  /** The plural, as it stands in the path. */
  readonly resource: string
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly subresources: readonly Subresource[]
  readonly scale: ScalePaths | undefined
  /** A create or update without a name generates one, a PUT to an absent name creates it. */
  readonly allowCreateOnUpdate: boolean
  /** An update without resourceVersion overwrites what is there. */
  readonly allowUnconditionalUpdate: boolean
  /** Fields that `fieldSelector` may name, beside metadata.name and metadata.namespace. */
  readonly selectableFields: ReadonlyMap<string, FieldReader<T>>
  readonly columns: readonly Column[]
  readonly nameRule: NameRule
  /** Runs after decoding, and again on what a patch produced of `trusted`, which has its defaults. */
  applyDefaults(object: T, trusted?: T): T
  prepareForCreate(object: T): T
  prepareForUpdate(object: T, old: T): T
  prepareForStatusUpdate(object: T, old: T): T
  validate(object: T): readonly FieldError[]
  /** Beside the rules of metadata, which hold for every kind. */
  validateUpdate(object: T, old: T): readonly FieldError[]
  validateStatusUpdate(object: T, old: T): readonly FieldError[]
  /** The cells of a table row; `nowMicros` is virtual time. */
  row(object: T, nowMicros: number): readonly Cell[]
}

type Optional =
  | 'listKind'
  | 'singular'
  | 'shortNames'
  | 'categories'
  | 'subresources'
  | 'scale'
  | 'selectableFields'
type OptionalRules = 'allowCreateOnUpdate' | 'allowUnconditionalUpdate' | 'nameRule'
type OptionalMethods =
  | 'applyDefaults'
  | 'prepareForCreate'
  | 'prepareForUpdate'
  | 'prepareForStatusUpdate'
  | 'validate'
  | 'validateUpdate'
  | 'validateStatusUpdate'
type Omitted = Optional | OptionalRules | OptionalMethods

export type KindSource<T extends KubeObject> = Omit<KindDefinition<T>, Omitted> &
  Partial<Omit<Pick<KindDefinition<T>, Omitted>, 'selectableFields'>> & {
    readonly selectableFields?: Readonly<Record<string, FieldReader<T>>>
  }

/** Fills in what most kinds share. */
export function defineKind<T extends KubeObject>(source: KindSource<T>): KindDefinition<T> {
  const keep = (object: T): T => object
  const noErrors = (): readonly FieldError[] => []
  return {
    listKind: `${source.kind}List`,
    singular: source.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    subresources: [],
    scale: undefined,
    allowCreateOnUpdate: false,
    allowUnconditionalUpdate: true,
    nameRule: subdomainName,
    applyDefaults: keep,
    prepareForCreate: keep,
    prepareForUpdate: keep,
    prepareForStatusUpdate: keep,
    validate: noErrors,
    validateUpdate: noErrors,
    validateStatusUpdate: noErrors,
    ...source,
    selectableFields: new Map(Object.entries(source.selectableFields ?? {})),
  }
}

export const METADATA = FieldPath.root('metadata')
export const SPEC = FieldPath.root('spec')
export const STATUS = FieldPath.root('status')

const subdomainName: NameRule = (name, isPrefix) => isDNS1123Subdomain(maskTrailingHyphen(name, isPrefix))

/** The hyphen that ends a generateName becomes a letter, since a suffix will follow it. */
export function maskTrailingHyphen(name: string, isPrefix: boolean): string {
  return isPrefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name
}

/** Marks a changed specification; generation counts those. */
export function bumpGeneration<T extends KubeObject>(object: T, old: T, changed: boolean): T {
  const before = old.metadata.generation ?? 0
  return withMeta(object, { generation: changed ? before + 1 : before })
}

export function withMeta<T extends KubeObject>(object: T, change: Partial<ObjectMeta>): T {
  return extended(object, { metadata: extended(object.metadata, change) })
}
