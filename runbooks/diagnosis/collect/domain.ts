import type { CertificateDetail, CertificateSummary } from '@aws-sdk/client-acm'
import type { Door } from '../../aws/door'
import { missingRecord } from '../../aws/resolves'
import type { BalancerSeen } from '../parts-network'
import type { CertificateSeen, DomainSeen } from '../parts-runs'
import type { Part } from '../snapshot'
import { look, lookAfter, type Place } from './look'

const troubled = ['PENDING_VALIDATION', 'VALIDATION_TIMED_OUT', 'FAILED', 'EXPIRED', 'REVOKED'] as const

/** So many are asked for what they wait for. */
const most = 3

/** The project's certificates that are not good: those that wait for a record in DNS among them. */
export function lookAtCertificates({ aws, region }: Place): Promise<Part<CertificateSeen[]>> {
  return look(
    `aws acm list-certificates --certificate-statuses ${troubled.join(' ')} --region ${region}`,
    async () => {
      const acm = await aws.acm()
      const { CertificateSummaryList = [] } = await acm.listCertificates({
        CertificateStatuses: [...troubled],
        MaxItems: 20,
      })
      const some = CertificateSummaryList.filter(({ Status }) =>
        (troubled as readonly unknown[]).includes(Status),
      )
      return Promise.all(
        some.slice(0, most).map(async (summary) => {
          const { Certificate } = await acm.describeCertificate({ CertificateArn: summary.CertificateArn })
          return certificateSeen(summary, Certificate)
        }),
      )
    },
  )
}

const certificateSeen = (
  { CertificateArn = '', DomainName = '', Status = 'PENDING_VALIDATION' }: CertificateSummary,
  detail: CertificateDetail | undefined,
): CertificateSeen => ({
  arn: CertificateArn,
  domain: DomainName,
  status: detail?.Status ?? Status,
  reason: detail?.FailureReason,
  records: (detail?.DomainValidationOptions ?? []).flatMap(({ ResourceRecord, ValidationStatus }) =>
    ResourceRecord && ValidationStatus !== 'SUCCESS'
      ? [`${ResourceRecord.Type} ${ResourceRecord.Name} -> ${ResourceRecord.Value}`]
      : [],
  ),
})

/** Whether the domain of one's own leads to the load balancer. */
export function lookAtDomain(
  balancer: Promise<Part<BalancerSeen | null>>,
  door: () => Door | undefined,
): Promise<Part<DomainSeen | null>> {
  return lookAfter(
    balancer,
    { what: 'the load balancer', command: () => `dig +short ${door()?.domain?.name ?? ''}` },
    async () => {
      const through = door()
      if (!through?.domain) return null
      return { name: through.domain.name, missing: await missingRecord(through) }
    },
  )
}
