import { readFile } from 'node:fs/promises'
import type { Aws } from '../aws/clients'
import { type Book, Failed, Refused, type Step } from '../core'
import { dollars, pricesOf, regions } from '../costs'
import { type RegionFile, spelled, withListed } from '../costs/list/file'
import { changesIn, type Listed, readProducts } from '../costs/list/read'
import { type Question, questions } from '../costs/list/wanted'
import { root } from '../paths'
import { writeText } from './values'

/** Reads the Price List for a region, says what changed, and writes the region's table with the day. */
export async function refreshPrices(book: Book, aws: Aws) {
  const { region } = book
  if (!regions.includes(region)) {
    throw new Refused(`Refresh prices: there is no table for ${region}, only for ${regions.join(', ')}`, {
      next: `runbooks/costs/prices/${region}.json   # begin one like the others, and name it in runbooks/costs/prices.ts`,
    })
  }
  const path = `${root}/runbooks/costs/prices/${region}.json`
  const listed = await book.read('Price List', (step) => listOf(aws, region, step))
  if (listed.length === 0)
    throw new Failed(`Refresh prices: the Price List has no price of ${region}, and nothing is written`)
  const known = pricesOf(region)
  const changes = changesIn(known, listed)
  const asked = questions.flatMap(({ prices }) => Object.values(prices).map(({ price }) => price))
  const missing = asked.filter((price) => !listed.some((each) => each.price === price))
  for (const { price, before, after, tiers } of changes)
    book.note(
      `${price}: ${before === null ? 'new' : rate(before)} → ${rate(after)}${tiers > 1 ? `, in ${tiers} tiers` : ''}`,
    )
  if (changes.length === 0) book.note('No price has changed')
  if (missing.length > 0) book.warn(`Not in the Price List of ${region}: ${missing.join(', ')}`)
  await book.change({
    title: 'Write the prices',
    effect: `${listed.length} prices of ${region} as of today, ${changes.length} of them other than before`,
    equivalent: `aws pricing get-products --region us-east-1 --service-code AmazonECS --filters Type=TERM_MATCH,Field=regionCode,Value=${region}   # and so on`,
    undo: `git checkout runbooks/costs/prices/${region}.json`,
    run: async () => {
      const file = JSON.parse(await readFile(path, 'utf8')) as RegionFile
      await writeText(path, spelled(withListed(file, listed, new Date().toISOString().slice(0, 10))))
    },
  })
  return { region, listed: listed.length, changes, missing }
}

/** So many at a time: the Price List is throttled, and none of it is in a hurry. */
const atOnce = 4

async function listOf(aws: Aws, region: string, step: Step): Promise<Listed[]> {
  const found: Listed[] = []
  for (let from = 0; from < questions.length; from += atOnce) {
    step.waiting(`${found.length} prices`)
    const some = questions.slice(from, from + atOnce)
    found.push(...(await Promise.all(some.map((each) => answerTo(aws, region, each)))).flat())
  }
  step.line(`${found.length} prices of ${region}`)
  return found
}

async function answerTo(aws: Aws, region: string, question: Question): Promise<Listed[]> {
  const pricing = await aws.pricing()
  const texts: string[] = []
  // Transfer is listed by where it comes from.
  const place = question.service === 'AWSDataTransfer' ? 'fromRegionCode' : 'regionCode'
  const filters = { [place]: region, ...question.where }
  let NextToken: string | undefined
  do {
    const page = await pricing.getProducts({
      ServiceCode: question.service,
      Filters: Object.entries(filters).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value })),
      FormatVersion: 'aws_v1',
      ...(NextToken && { NextToken }),
    })
    texts.push(...(page.PriceList ?? []).map(String))
    NextToken = page.NextToken
  } while (NextToken)
  return readProducts(question, texts)
}

const rate = (usd: number) => (usd >= 1 ? dollars(usd) : `$${usd}`)
