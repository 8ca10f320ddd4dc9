/** The container's own health check: no curl in the image, so the bundle asks itself. */
export async function checkHealth(port: number): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(4_000) })
    if (response.ok) return 0
    console.error(`Health check: the server answered ${response.status}`)
  } catch (error) {
    console.error(`Health check: ${(error as Error).message}`)
  }
  return 1
}
