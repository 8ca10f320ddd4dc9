/** What the environment is given: each key is read by Terraform as an ephemeral value or by tasks by reference. */
export type Inputs = { db_password: string; secret_key: string; openai_api_key: string; admin_token: string }

/** Letters and digits only: RDS refuses some punctuation, and a URL would need the rest encoded. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function generate(length: number): string {
  const characters: string[] = []
  while (characters.length < length) {
    // Bytes past the last whole multiple of the alphabet would favour its first letters.
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 248 && characters.length < length) characters.push(alphabet[byte % 62]!)
    }
  }
  return characters.join('')
}

/** Fills in what is missing and keeps what is there: a password that changed would lock the server out. */
export function complete(
  existing: Partial<Inputs>,
  openaiKey: string | undefined,
  replaceKey: boolean,
): Inputs {
  const kept = existing.openai_api_key || undefined
  return {
    db_password: existing.db_password || generate(32),
    secret_key: existing.secret_key || generate(64),
    admin_token: existing.admin_token || generate(40),
    openai_api_key: (replaceKey ? (openaiKey ?? kept) : (kept ?? openaiKey)) ?? '',
  }
}

export const sameInputs = (existing: Partial<Inputs> | undefined, wanted: Inputs): boolean =>
  existing !== undefined &&
  Object.entries(wanted).every(([name, value]) => existing[name as keyof Inputs] === value)

/** Which keys are written, never their values; an OpenAI key that nobody gave is none. */
export function generated(existing: Partial<Inputs>, wanted: Inputs): string {
  const names = Object.entries(wanted).filter(
    ([name, value]) => (existing[name as keyof Inputs] ?? '') !== value,
  )
  return names.map(([name]) => name).join(', ')
}
