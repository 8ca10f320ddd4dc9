/** The members of a request or an answer. Their types are the service model's, which TypeScript cannot see here. */
// biome-ignore lint/suspicious/noExplicitAny: a model that is read at run time types them, and handlers know them
export type Members = Record<string, any>

/** One AWS API call, as the gateway read it from the wire: protocol undone, input parsed. */
export interface Call {
  /** The signing name in the request's credential scope: `ecs`, `elasticloadbalancing`, `rds`, `s3` ... */
  service: string
  /** `DescribeServices`; for S3 and other REST services the operation's name where it is known. */
  action: string
  region: string
  accessKey: string
  /** The request's members, in the service model's own names; typed as there, EC2's apart (strings). */
  input: Members
  method: string
  url: URL
  headers: Headers
  raw: Uint8Array
  /** What the next handler of this action, and in the end moto, answers. */
  forward(): Promise<Response>
  /**
   * The same, decoded to the service model's members; an error answer is thrown as an AwsError.
   * With a body of the same protocol, moto is asked that instead, in a query API another action too.
   */
  answer(body?: string): Promise<Members>
}

/** An object is encoded in the protocol the call came in (JSON, query XML); a Response goes out as it is. */
export type Answer = Response | Record<string, unknown>

export type Handler = (call: Call) => Answer | Promise<Answer>

/** service → action → handler; '*' catches the service's other actions. Handlers of several parts stack. */
export type Handlers = Record<string, Record<string, Handler>>

/** An error that AWS would answer: its code and message reach the caller in the protocol's own form. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message)
  }
}
