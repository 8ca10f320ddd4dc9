/** Who signed a request, and for which service and region: SigV4's credential scope. */
export interface Scope {
  accessKey: string
  region: string
  service: string
}

/** Reads the scope from the Authorization header or, of a presigned URL, from its query. */
export function scopeOf(headers: Headers, url: URL): Scope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.get('authorization') ?? '')?.[1] ??
    url.searchParams.get('X-Amz-Credential')
  // An access key has no slash, and the scope's parts have none either: KEY/DATE/REGION/SERVICE/aws4_request.
  const [accessKey, , region, service] = credential?.split('/') ?? []
  return accessKey && region && service ? { accessKey, region, service } : undefined
}
