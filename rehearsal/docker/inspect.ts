import { parseFlags } from './arguments.ts'
import { fail, findImage } from './commands.ts'
import { type ImageStore, imageStore, type StoredImage } from './store.ts'
import { format } from './template.ts'

export function inspectCommand(args: string[], dir: string): number {
  const flags = parseFlags('image inspect', args, {
    values: { format: 'f', type: undefined, platform: undefined },
    switches: {},
  })
  const store = imageStore(dir)
  const found = flags.rest.map((name) => ({ name, image: findImage(store, name) }))
  const template = flags.get('format')
  const described = found.flatMap(({ image }) => (image ? [describe(store, image)] : []))
  if (template)
    for (const it of described)
      process.stdout.write(`${template === 'json' ? JSON.stringify(it) : format(template, it)}\n`)
  else process.stdout.write(`${JSON.stringify(described, null, 4)}\n`)
  const missing = found.filter(({ image }) => !image)
  for (const { name } of missing) fail(`Error response from daemon: No such image: ${name}`)
  return missing.length > 0 ? 1 : 0
}

function describe(store: ImageStore, image: StoredImage) {
  const names = store.references().filter((it) => it.digest === image.digest)
  const tags = names.map((it) => it.reference.replace(/^docker\.io\/(library\/)?/, ''))
  return {
    Id: image.id,
    RepoTags: tags,
    RepoDigests: [...new Set(tags.map((tag) => `${tag.replace(/:[^/:]*$/, '')}@${image.digest}`))],
    Architecture: image.config.architecture,
    Os: image.config.os,
    Size: image.size,
    Config: image.config.config,
    RootFS: { Type: 'layers', Layers: image.config.rootfs.diff_ids },
  }
}

export function imagesCommand(args: string[], dir: string): number {
  const flags = parseFlags('images', args, {
    values: { format: undefined, filter: 'f' },
    switches: { quiet: 'q', all: 'a', 'no-trunc': undefined, digests: undefined },
  })
  const store = imageStore(dir)
  const rows = store.references().flatMap(({ reference, digest }) => {
    const image = store.load(digest)
    if (!image) return []
    const [, repository = '', tag = ''] =
      /^(.*):([^:/]+)$/.exec(reference.replace(/^docker\.io\/(library\/)?/, '')) ?? []
    const id = flags.on('no-trunc') ? image.id : image.id.slice(7, 19)
    return [
      {
        Repository: repository,
        Tag: tag,
        ID: id,
        Digest: digest,
        Size: `${(image.size / 1e6).toFixed(1)}MB`,
      },
    ]
  })
  const wanted = rows.filter(
    (row) => !flags.rest[0] || [row.Repository, `${row.Repository}:${row.Tag}`].includes(flags.rest[0]),
  )
  const template = flags.get('format')
  if (flags.on('quiet'))
    for (const id of new Set(wanted.map((row) => row.ID))) process.stdout.write(`${id}\n`)
  else if (template)
    for (const row of wanted)
      process.stdout.write(`${template === 'json' ? JSON.stringify(row) : format(template, row)}\n`)
  else {
    const widest = Math.max(10, ...wanted.map((row) => row.Repository.length)) + 3
    process.stdout.write(`${'REPOSITORY'.padEnd(widest)}${'TAG'.padEnd(20)}${'IMAGE ID'.padEnd(15)}SIZE\n`)
    for (const row of wanted)
      process.stdout.write(
        `${row.Repository.padEnd(widest)}${row.Tag.padEnd(20)}${row.ID.padEnd(15)}${row.Size}\n`,
      )
  }
  return 0
}
