export type Result = {
  passed: number
  failed: number
  /** What each failure said, where the suite can tell. */
  why?: string[]
}

export const passed: Result = { passed: 1, failed: 0 }
export const failed: Result = { passed: 0, failed: 1 }

export const sum = (results: Result[]): Result => ({
  passed: results.reduce((total, one) => total + one.passed, 0),
  failed: results.reduce((total, one) => total + one.failed, 0),
})
