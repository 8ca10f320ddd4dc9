import { AwsError, type Handlers, type Members } from '../call'
import { productText } from './billing/product-text'
import { listed } from './billing/products'

/** A page has 100 products; few are enough here to make a reader turn it. */
const aPage = 4

/** The Price List as AWS shapes it: moto answers none of it without a download. It lists us-east-1 alone. */
export function pricing(): Handlers {
  return {
    pricing: {
      GetProducts(call) {
        const { ServiceCode, Filters = [], NextToken, MaxResults = aPage } = call.input
        if (!listed.some(({ service }) => service === ServiceCode)) {
          throw new AwsError('InvalidParameterException', `Service code ${ServiceCode} is not valid`)
        }
        const found = listed.flatMap((each, index) => {
          const attributes = attributesOf(each)
          const fields: Record<string, string> = { ...attributes, productFamily: each.family }
          const fits = (Filters as Members[]).every(({ Field, Value }) => fields[Field] === Value)
          return each.service === ServiceCode && fits ? [productText(each, index, attributes)] : []
        })
        const from = Number(NextToken ?? 0)
        const to = from + Math.min(Number(MaxResults), aPage)
        return {
          FormatVersion: 'aws_v1',
          PriceList: found.slice(from, to),
          ...(to < found.length && { NextToken: String(to) }),
        }
      },
    },
  }
}

function attributesOf({ service, usage, attributes }: (typeof listed)[number]): Record<string, string> {
  const place =
    service === 'AWSDataTransfer'
      ? { fromLocation: 'US East (N. Virginia)', fromRegionCode: 'us-east-1', toLocation: 'External' }
      : { location: 'US East (N. Virginia)', locationType: 'AWS Region', regionCode: 'us-east-1' }
  return { servicecode: service, usagetype: usage, operation: '', ...place, ...attributes }
}
