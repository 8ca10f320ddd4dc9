import { root } from '../../paths'
import type { Check } from '../check'
import { judgeDependencies } from '../judges/dependencies'

export const dependencies: Check = {
  id: 'dependencies',
  title: 'Dependencies with known vulnerabilities',
  async look({ command }) {
    // It ends with 1 where it knows of one, and also where the registry does not answer: what it prints tells them apart.
    const { stdout, stderr } = await command(process.execPath, ['audit', '--json'], { cwd: root, allow: [1] })
    return judgeDependencies(stdout.trim() ? stdout : stderr)
  },
}
