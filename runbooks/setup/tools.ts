import { type Book, Failed } from '../core'

/** A program that the runbooks call, and the oldest version of it that will do. */
type Tool = {
  name: string
  args: string[]
  version: RegExp
  atLeast?: string
  get: string
}

const tools: Tool[] = [
  {
    name: 'terraform',
    args: ['version'],
    version: /Terraform v(\d+\.\d+\.\d+)/,
    atLeast: '1.11.0',
    get: 'https://developer.hashicorp.com/terraform/install',
  },
  {
    name: 'docker',
    args: ['--version'],
    version: /version (\d+\.\d+\.\d+)/,
    atLeast: '20.10.0',
    get: 'https://docs.docker.com/get-docker/',
  },
  {
    name: 'git',
    args: ['--version'],
    version: /version (\d+\.\d+(?:\.\d+)?)/,
    get: 'https://git-scm.com/downloads',
  },
]

export type Found = { name: string; version?: string; problem?: string }

/** Asks every tool for its version; what is missing or too old carries its problem. */
export function lookAtTools(book: Book): Promise<Found[]> {
  return Promise.all(
    tools.map(async (tool) => {
      try {
        const { stdout } = await book.command(tool.name, tool.args)
        return judgeTool(tool, stdout)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
          return { name: tool.name, problem: `${tool.name} is not installed: ${tool.get}` }
        }
        throw error
      }
    }),
  )
}

export function judgeTool(tool: Pick<Tool, 'name' | 'version' | 'atLeast' | 'get'>, output: string): Found {
  const version = output.match(tool.version)?.[1]
  if (!version) return { name: tool.name, problem: `${tool.name} does not tell its version` }
  if (tool.atLeast && Bun.semver.order(version, tool.atLeast) < 0) {
    return {
      name: tool.name,
      version,
      problem: `${tool.name} is ${version}, needed is ${tool.atLeast}: ${tool.get}`,
    }
  }
  return { name: tool.name, version }
}

export function refuseMissing(found: Found[]): void {
  const problems = found.flatMap(({ problem }) => problem ?? [])
  if (problems.length === 0) return
  throw new Failed(`Check the tools: ${problems.join('; ')}`, {
    next: 'bun runbooks/setup.ts   # again, when it is there',
  })
}
