interface AwsLike {
  name?: string
  code?: string
  $metadata?: { httpStatusCode?: number }
}

const busy =
  /Throttl|SlowDown|RequestLimitExceeded|TooManyRequests|ServiceUnavailable|InternalFailure|ServerException/
const network =
  /^(TimeoutError|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ENETDOWN|ConnectionRefused|ConnectionClosed|ConnectionReset|ConnectionTimeout|FailedToOpenSocket|Timeout)$/

/** Whether the same call may be answered in a minute: AWS is busy, or the network is away. What is denied stays denied. */
export function isPassing(error: unknown): boolean {
  const { name = '', code = '', $metadata } = (error ?? {}) as AwsLike
  const status = $metadata?.httpStatusCode ?? 0
  return busy.test(name) || network.test(name) || network.test(code) || status === 429 || status >= 500
}
