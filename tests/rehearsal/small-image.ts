import { resolve } from 'node:path'
import { ECR } from '@aws-sdk/client-ecr'
import type { Settings } from './small-network'

/** The server's image, by digest, in a repository of the stack's name. */
export async function pushImage(
  settings: Settings,
  repository: string,
  env: Record<string, string | undefined>,
  commit = 'small',
) {
  const ecr = new ECR(settings)
  const uri = await repositoryUri(ecr, repository)
  const tagged = `${uri}:${commit}`
  const docker = async (words: string[], input = '') => {
    const program = Bun.which('docker', { PATH: env.PATH! })!
    const child = Bun.spawn([program, ...words], {
      env,
      stdin: Buffer.from(input),
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [output, code] = await Promise.all([new Response(child.stderr).text(), child.exited])
    if (code !== 0) throw new Error(`docker ${words[0]}: ${output}`)
  }
  const { authorizationData } = await ecr.getAuthorizationToken({})
  const password = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().slice(4)
  await docker(['login', '--username', 'AWS', '--password-stdin', tagged.split('/')[0]!], password)
  await docker([
    'build',
    '--build-arg',
    `COMMIT=${commit}`,
    '-t',
    tagged,
    resolve(import.meta.dirname, '../..'),
  ])
  await docker(['push', tagged])
  const { imageDetails } = await ecr.describeImages({
    repositoryName: repository,
    imageIds: [{ imageTag: commit }],
  })
  return `${uri}@${imageDetails![0]!.imageDigest}`
}

async function repositoryUri(ecr: ECR, repositoryName: string): Promise<string> {
  try {
    return (await ecr.createRepository({ repositoryName })).repository!.repositoryUri!
  } catch (error) {
    if ((error as Error).name !== 'RepositoryAlreadyExistsException') throw error
    const { repositories } = await ecr.describeRepositories({ repositoryNames: [repositoryName] })
    return repositories![0]!.repositoryUri!
  }
}
