// What a campaign of `vitrine fuzz` is asked for.
export interface FuzzOptions {
  readonly seeds: number
  readonly from: number
  readonly jobs: number
  readonly durationMicros: number
  readonly profile: string
  readonly out: string
  readonly planted: string | undefined
  readonly json: boolean
}
