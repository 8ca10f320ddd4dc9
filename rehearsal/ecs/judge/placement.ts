/** What there is to place a task with. */
export interface Room {
  /** AWS has no capacity of that kind at this time. */
  lacking: boolean
  /** vCPUs. */
  used: number
  wanted: number
  quota: number
}

/** Why a task cannot be placed, in AWS's words; undefined where it can. */
export function refusalOf({ lacking, used, wanted, quota }: Room): string | undefined {
  if (used + wanted > quota)
    return "You've reached the limit on the number of vCPUs you can run concurrently."
  return lacking
    ? 'Capacity is unavailable at this time. Please try again later or in a different availability zone.'
    : undefined
}
