import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { authorityFile } from './stores/authority.ts'

/** What a container's trust store would hold: without it a task could not verify its data stores, as on AWS it can. */
export function trust(ca: string): { env: Record<string, string> } {
  return { env: { NODE_EXTRA_CA_CERTS: ca, PGSSLROOTCERT: ca } }
}

/** Where systems keep the authorities they trust: Debian, Fedora, Alpine and macOS, openSUSE. */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
]

/**
 * What lets the programs of this machine trust the rehearsal's load balancers as they trust Amazon's, besides all that
 * they trust already. Bun and Node add a file to their own authorities; curl and others know one file only, which has
 * to hold the system's as well. `given` are the files that this environment names.
 */
export function trustOnThisMachine(
  dir: string,
  given: Record<string, string | undefined>,
): Record<string, string> {
  const ca = authorityFile(dir)
  if (!existsSync(ca)) return {}
  const folder = join(dir, 'trust')
  mkdirSync(folder, { recursive: true })
  const extra = join(folder, 'extra.pem')
  const whole = join(folder, 'all.pem')
  const set = { NODE_EXTRA_CA_CERTS: combine(extra, given.NODE_EXTRA_CA_CERTS, ca) }
  const base =
    unmixed(whole, given.CURL_CA_BUNDLE) ??
    unmixed(whole, given.SSL_CERT_FILE) ??
    systemFiles.find((file) => existsSync(file))
  if (!base) return set
  const all = combine(whole, base, ca)
  return { ...set, CURL_CA_BUNDLE: all, SSL_CERT_FILE: all }
}

const note = '# Besides the rehearsal: '

/** Writes `to`: what `base` holds, and the rehearsal's authority. */
function combine(to: string, base: string | undefined, ca: string): string {
  const from = unmixed(to, base)
  const kept = from && from !== ca && existsSync(from) ? readFileSync(from, 'utf8') : ''
  const aside = `${to}.${process.pid}`
  writeFileSync(aside, `${note}${from ?? ''}\n${kept}\n${readFileSync(ca, 'utf8')}`)
  renameSync(aside, to)
  return to
}

/** In a shell that was led here before, a variable names our own file: its first line says what it named then. */
function unmixed(own: string, named: string | undefined): string | undefined {
  if (named !== own) return named || undefined
  const [first = ''] = existsSync(own) ? readFileSync(own, 'utf8').split('\n', 1) : []
  return first.slice(note.length) || undefined
}
