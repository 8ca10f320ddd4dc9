/** A small store of texts by key: the state bucket, or a local folder that keeps the same promises. */
export interface Objects {
  /** Where it is, for people. */
  readonly place: string
  readonly shared: boolean
  get(key: string): Promise<Stored | undefined>
  put(key: string, text: string): Promise<void>
  /** Writes only if there is nothing yet; the new version, or undefined if there was. */
  create(key: string, text: string): Promise<string | undefined>
  /** Writes only over that version; the new version, or undefined if it is not there any more. */
  replace(key: string, text: string, version: string): Promise<string | undefined>
  /** Removes, and only that version. */
  remove(key: string, version: string): Promise<void>
  list(prefix: string): Promise<string[]>
}

export interface Stored {
  text: string
  version: string
}
