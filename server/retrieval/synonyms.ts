import { stem } from './words.ts'

/** Each line is one meaning in the words customers use for it. */
const groups = `
refund reimburse reimbursement repay repayment moneyback cashback
return sendback
parcel package shipment delivery consignment box
ship shipping deliver delivery send dispatch dispatched
arrive arrival come reach
late delayed delay overdue slow
lost missing disappeared vanished
broken damaged defective faulty cracked smashed shattered dead torn malfunctioning
cost price expensive
fee charge
free complimentary gratis
cancel abort stop revoke undo
change modify edit update amend alter correct
address street destination
password passcode passphrase login
login signin logon log
account profile
email mail inbox
phone telephone cellphone mobile call ring hotline
human person agent representative rep operator someone
contact reach touch
open opening close closing hours
invoice receipt bill
card visa mastercard amex
coupon voucher promo promotion code discount rebate
data information details
erase delete remove wipe forget
complain complaint unhappy dissatisfied grievance
track tracking trace locate follow
exchange swap replace replacement
twice double duplicate
decline declined reject rejected refused fail failed
tax vat gst
weekend saturday sunday
holiday holidays vacation christmas thanksgiving
bulk wholesale volume
repair fix mend
creditcard card visa mastercard amex
promotional advertising marketing newsletter promotion
courier carrier ups fedex driver postman
register registered placed confirmed
vanish vanished gone missing lost
client customer
stolen theft stole
installment instalment financing
dispose recycle discard
measure size weight
kept stored held store
practice firm company business
ticket case request
abroad overseas international foreign
`

const meanings = new Map<string, Set<string>>()
for (const line of groups.trim().split('\n')) {
  const words = line.split(' ').map(stem)
  for (const word of words) {
    const known = meanings.get(word) ?? new Set<string>()
    for (const other of words) if (other !== word) known.add(other)
    meanings.set(word, known)
  }
}

export const synonymsOf = (word: string): Iterable<string> => meanings.get(word) ?? []
