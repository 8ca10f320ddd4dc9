import type { Explanation } from './explain'

/** How to get a program that is not there. */
const sources: Record<string, { name: string; next: string }> = {
  terraform: { name: 'Terraform', next: 'https://developer.hashicorp.com/terraform/install' },
  docker: { name: 'Docker', next: 'https://docs.docker.com/get-docker' },
  aws: {
    name: 'The AWS CLI',
    next: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  },
  git: { name: 'Git', next: 'https://git-scm.com/downloads' },
  'session-manager-plugin': {
    name: 'The Session Manager plugin',
    next: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html',
  },
}

/** A program that is not on the PATH, or may not be run. */
export function explainProgram(error: object): Explanation | undefined {
  const { code, syscall, path } = error as { code?: string; syscall?: string; path?: string }
  if (!syscall?.startsWith('spawn') || !path) return undefined
  const { name, next } = sources[path] ?? { name: path, next: `install ${path}, or put it on the PATH` }
  if (code === 'ENOENT') return { sentence: `${name}: not found on the PATH`, next }
  if (code === 'EACCES')
    return { sentence: `${name}: may not be executed`, next: `ls -l "$(command -v ${path})"` }
  return undefined
}
