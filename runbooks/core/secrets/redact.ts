/** Values that must never be shown, in the forms they take in URLs, JSON and headers. */
const concealed = new Set<string>()

const mask = '[secret]'

/** Below this, hiding a value would garble ordinary text more than it protects. */
const shortest = 6

/** From now on no output shows this value. */
export function conceal(value: string): void {
  for (const form of formsOf(value)) {
    if (form.length >= shortest) concealed.add(form)
  }
}

function formsOf(value: string): string[] {
  const lines = value.includes('\n') ? value.split('\n').filter((line) => line.length >= 16) : []
  return [
    value,
    encodeURIComponent(value),
    inJson(value),
    inJson(inJson(value)),
    // As a shell's single quotes have it.
    value.replaceAll("'", `'\\''`),
    inJson(value.replaceAll("'", `'\\''`)),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
    ...lines,
  ]
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}

/** Shapes that give a secret away even when nobody registered it. A commit hash or an account id is none. */
const shapes: [RegExp, string][] = [
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, mask],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/g, mask],
  [/(:\/\/[^\s:/@"']*:)[^\s@/"']+(?=@)/g, `$1${mask}`],
  [
    /((?:aws_?)?(?:secret_?access_?key|session_?token)["']?\s*[:=]\s*["']?)[A-Za-z0-9/+=]{16,}/gi,
    `$1${mask}`,
  ],
  [
    /\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic)\s+|bearer\s+)[A-Za-z0-9._~+/=-]{12,}/gi,
    `$1${mask}`,
  ],
  [/(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"']+/gi, `$1${mask}`],
  [
    /((?:password|passwd|pwd|secret_key|api_key)["']?\s*[:=]\s*["']?)(?!\[secret\])[^\s"',;&}]{6,}/gi,
    `$1${mask}`,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
]

export function redactText(text: string): string {
  let safe = text
  // The longest first, so that a secret containing another leaves no rest.
  for (const value of [...concealed].sort((a, b) => b.length - a.length)) {
    if (safe.includes(value)) safe = safe.replaceAll(value, mask)
  }
  for (const [shape, replacement] of shapes) safe = safe.replace(shape, replacement)
  return safe
}

/** The same value with every string in it made safe; anything with `toJSON` is asked for it first. */
export function redact<T>(value: T): T {
  return walk(value, new Set()) as T
}

function walk(value: unknown, above: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (above.has(value)) return '[circular]'
  const inside = new Set(above).add(value)
  if ('toJSON' in value && typeof value.toJSON === 'function') return walk(value.toJSON(), inside)
  if (value instanceof Error) return redactText(value.message)
  if (value instanceof Map) return walk(Object.fromEntries(value), inside)
  if (value instanceof Set || Array.isArray(value)) return [...value].map((item) => walk(item, inside))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key), walk(item, inside)]))
}

const tellingName = /secret|token|passw|api_?key|private_?key|credential/i

/** What the environment calls a secret is one. A word anybody might print is left alone. */
export function concealEnvironment(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(env)) {
    if (!value || !tellingName.test(name) || (value.includes('/') && !/[A-Za-z0-9+/=]{30,}/.test(value)))
      continue
    const unusual = value.length >= 16 || (value.length >= 8 && /\d/.test(value) && /[A-Za-z]/.test(value))
    if (unusual) conceal(value)
  }
}
