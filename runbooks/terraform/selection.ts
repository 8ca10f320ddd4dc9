import { lstat, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What makes a folder that of one environment, with what Terraform remembers of its backend. */
const parts = ['terraform.tfvars', 'backend.tf', 'generated.auto.tfvars.json', '.terraform/terraform.tfstate']

type Content = { link: string } | { text: string } | undefined

/**
 * Remembers which environment a folder is that of, for a run that only looks: what is typed by hand in that folder
 * afterwards must not mean another one than before. What is returned puts it back, and tells which that was; a folder
 * that was nobody's stays with the environment that was looked at.
 */
export async function keepSelection(folder: string): Promise<() => Promise<string | undefined>> {
  const paths = parts.map((part) => `${folder}/${part}`)
  const before = await Promise.all(paths.map(contentOf))
  const selected = environmentIn(before[0])
  return async () => {
    const after = await Promise.all(paths.map(contentOf))
    if (!selected || environmentIn(after[0]) === selected) return undefined
    await Promise.all(paths.map((path, i) => put(path, before[i], after[i])))
    return selected
  }
}

function environmentIn(content: Content): string | undefined {
  if (!content || !('link' in content)) return undefined
  return content.link.match(/^environments\/(.+)\.tfvars$/)?.[1]
}

async function contentOf(path: string): Promise<Content> {
  const found = await lstat(path).catch(() => undefined)
  if (!found) return undefined
  return found.isSymbolicLink() ? { link: await readlink(path) } : { text: await readFile(path, 'utf8') }
}

/** All at once, so that nobody sees half of a file. */
async function put(path: string, content: Content, now: Content): Promise<void> {
  if (Bun.deepEquals(content, now)) return
  if (!content) return rm(path, { force: true })
  await mkdir(dirname(path), { recursive: true })
  await rm(`${path}.new`, { force: true })
  if ('link' in content) await symlink(content.link, `${path}.new`)
  else await writeFile(`${path}.new`, content.text)
  await rename(`${path}.new`, path)
}
