import { Failed } from '../errors'
import type { Explanation } from './explain'

/** What programs print when they fail, where it says more than their exit code: plain words, no guess. */
export function explainOutput(error: object): Explanation | undefined {
  if (!(error instanceof Failed)) return undefined
  const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string }
  const printed = [error.message, stderr, stdout].join('\n')
  for (const { says, means } of phrases) {
    if (says.test(printed)) return means(printed)
  }
  return undefined
}

const phrases: { says: RegExp; means: (printed: string) => Explanation }[] = [
  { says: /Error acquiring the state lock/, means: stateLock },
  {
    says: /\bExpiredToken(Exception)?\b|security token included in the request is expired/,
    means: () => ({
      sentence: 'AWS credentials: they have expired',
      next: 'aws sso login, or new keys in the environment; then the same command again',
    }),
  },
  {
    says: /No valid credential sources? found/,
    means: () => ({
      sentence: 'AWS credentials: Terraform found none',
      next: 'aws configure, or export AWS_PROFILE=NAME',
    }),
  },
  {
    says: /Cannot connect to the Docker daemon|Is the docker daemon running/i,
    means: () => ({
      sentence: 'Docker: its daemon is not running',
      next: 'sudo systemctl start docker   # or start Docker Desktop',
    }),
  },
  {
    says: /permission denied while trying to connect to the Docker daemon/i,
    means: () => ({
      sentence: 'Docker: this user may not use its daemon',
      next: 'sudo usermod -aG docker "$USER"   # and sign in again',
    }),
  },
  {
    says: /no space left on device/i,
    means: () => ({ sentence: 'Disk: it is full', next: 'df -h; docker system prune' }),
  },
]

/** Terraform's `Lock Info` block: who holds the state, with what, since when. */
function stateLock(printed: string): Explanation {
  const field = (name: string) => printed.match(new RegExp(`^\\W*${name}:[ \\t]+(.+?)[ \\t]*$`, 'm'))?.[1]
  const operation = field('Operation')
    ?.replace(/^OperationType/, '')
    .toLowerCase()
  const held = [
    operation && `for ${operation}`,
    field('Who') && `by ${field('Who')}`,
    field('Created') && `since ${field('Created')}`,
  ]
  const id = field('ID')
  return {
    sentence: `Terraform's state is locked ${held.filter(Boolean).join(' ') || 'by another run'}`.trim(),
    next: id
      ? `wait for it, or if it is certain that nothing runs: terraform -chdir=terraform/aws force-unlock ${id}`
      : 'the same command again when the other run is over',
  }
}
