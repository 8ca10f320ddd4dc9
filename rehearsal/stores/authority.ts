import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'

/** The rehearsal's own certificate authority, in the place of Amazon's: what tasks and clients trust to verify who answers. */
export interface Authority {
  /** PEM file for PGSSLROOTCERT and NODE_EXTRA_CA_CERTS. */
  ca: string
  /** A certificate for exactly these names: a wildcard would match one label only, and AWS's names have several. */
  issue(name: string, hosts: string[]): Issued
}

export interface Issued {
  certificate: string
  key: string
}

/** Where the authority's own certificate is. */
export const authorityFile = (dir: string): string => join(dir, 'tls', 'ca.pem')

const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

export function createAuthority(dir: string): Authority {
  const home = join(dir, 'tls')
  mkdirSync(home, { recursive: true, mode: 0o755 })
  const ca = authorityFile(dir)
  const caKey = join(home, 'ca.key')
  if (!existsSync(ca)) {
    const subject = ['-subj', '/O=Rehearsal/CN=Rehearsal']
    const basics = [
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign',
    ]
    // Without a configuration of our own, `req` adds the system's extensions to ours, and OpenSSL's differ by version.
    const plain = join(home, 'openssl.cnf')
    writeFileSync(plain, '[req]\ndistinguished_name=dn\n[dn]\n')
    const output = ['-days', '825', '-keyout', caKey, '-out', ca]
    openssl('req', '-x509', '-config', plain, ...curve, ...subject, ...basics, ...output)
  }
  return {
    ca,
    issue(name, hosts) {
      const path = (extension: string) => join(home, `${name}.${extension}`)
      const files = { certificate: path('pem'), key: path('key') }
      const request = ['-subj', '/O=Rehearsal', '-config', join(home, 'openssl.cnf')]
      openssl('req', '-new', ...request, ...curve, '-keyout', files.key, '-out', path('csr'))
      const names = hosts.map((host) => `${isIP(host) ? 'IP' : 'DNS'}:${host}`).join(',')
      writeFileSync(path('ext'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`)
      const signing = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '397', '-extfile', path('ext')]
      openssl('x509', '-req', '-in', path('csr'), '-out', files.certificate, ...signing)
      for (const left of ['csr', 'ext']) rmSync(path(left), { force: true })
      return files
    },
  }
}

function openssl(...args: string[]): void {
  const { status, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' })
  if (error) throw new Error('OpenSSL is missing: the rehearsal needs the openssl command', { cause: error })
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr.trim()}`)
}
