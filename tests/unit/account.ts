import type { Aws } from '../../runbooks/aws/clients'

export type Answer = (input: any) => object

/** An account that answers a few calls, and denies every other; `calls` are those that were made. */
export function account(answers: Record<string, Answer>) {
  const calls: string[] = []
  const client = (service: string) =>
    new Proxy(
      {},
      {
        get: (_, name) =>
          // A client is awaited, and is no promise.
          name === 'then'
            ? undefined
            : async (input: object) => {
                const call = `${service}:${String(name)}`
                calls.push(call)
                const answer = answers[call]
                if (answer) return answer(input)
                const message = `User: x is not authorized to perform: ${call} on resource: *`
                throw Object.assign(new Error(message), { name: 'AccessDeniedException' })
              },
      },
    )
  const aws = new Proxy({}, { get: (_, name) => async () => client(String(name)) }) as Aws
  return { aws, calls }
}
