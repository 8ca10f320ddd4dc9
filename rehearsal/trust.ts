/** What a container's trust store would hold: without it a task could not verify its data stores, as on AWS it can. */
export function trust(ca: string): { env: Record<string, string> } {
  return { env: { NODE_EXTRA_CA_CERTS: ca, PGSSLROOTCERT: ca } }
}
