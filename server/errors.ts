/** A request that is turned down on purpose: its status, code and sentence are meant for the caller. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}

/** The one shape every error has on the wire. */
export function errorBody(code: string, message: string, requestId: string) {
  return { error: { code, message, request_id: requestId } }
}
