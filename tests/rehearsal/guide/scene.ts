import type { Workspace } from '../support'

/** The one environment that the guide's sections are run in, one after the other. */
export const scene = {
  workspace: undefined as unknown as Workspace,
  address: '',
  firstCommit: '',
  firstDeploy: new Date(),
}

export const minutes = 60_000
export const stack = 'tria-aibpo-staging'

export const terraform = (...args: string[]) =>
  scene.workspace.exec(['terraform', '-chdir=terraform/aws', ...args])

export async function service() {
  const where = ['--cluster', `${stack}-cluster`, '--services', `${stack}-service`]
  return (await scene.workspace.aws('ecs', 'describe-services', ...where)).services[0]
}

export async function ask(message: string, session_id: string) {
  const response = await fetch(`${scene.address}/api/chatbot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message, session_id }),
  })
  return {
    status: response.status,
    ...((await response.json()) as { message: string; metadata: Record<string, unknown> }),
  }
}

export const writes = (calls: { call: string }[]) =>
  calls
    .map(({ call }) => call)
    .filter((call) => /:(Create|Put|Register|Update|Delete|Run|Modify|Tag)/.test(call))
