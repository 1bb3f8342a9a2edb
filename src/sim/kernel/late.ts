// Code that only users bring about, such as what runs a container's command: a page loads it after its first picture.
import { assert } from './assert.ts'

/** A part of the code that comes later. It never changes once it is there. */
export class Late<T> {
  private part: T | undefined = undefined
  private readonly what: string

  constructor(what: string) {
    this.what = what
  }

  bring(part: T): void {
    this.part = part
  }

  /** The part, for whoever can do without. */
  find(): T | undefined {
    return this.part
  }

  /** Whoever needs it has seen to it that it is loaded: every command of a user has. */
  get(): T {
    assert(this.part !== undefined, `${this.what} are not loaded yet`)
    return this.part
  }
}
