import { readFileSync } from 'node:fs'

/** The processor time that a process has had so far, all its threads together, in microseconds. */
export function cpuMicros(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name before the last parenthesis may hold anything, also spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Ticks of a hundredth of a second, on every Linux there is.
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

const status = (pid: number, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) /
  1024

/** The most memory that a process has held at any time, in MB. */
export const peakMb = (pid: number): number => status(pid, 'VmHWM')

/** What it holds now, in MB. */
export const residentMb = (pid: number): number => status(pid, 'VmRSS')

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
