// The official SDK, unchanged but for its address.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createRequire } from 'node:module'
import { keys, start } from './scrip.mjs'

const { VoucherifyServerSide, VoucherifyClientSide } = createRequire(import.meta.url)('@voucherify/sdk')
let scrip

before(async () => { scrip = await start() })
after(async () => { assert.deepEqual(await scrip.stop(), { code: 0, signal: null }) })

for (const how of ['keys', 'bearer token']) {
  describe(`the server-side SDK with ${how}`, () => {
    let sdk
    before(async () => {
      sdk = VoucherifyServerSide({ applicationId: keys.appId, secretKey: keys.appToken, apiUrl: scrip.url })
      if (how !== 'keys') {
        const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'vouchers validations redemptions' })
        const r = await fetch(`${scrip.url}/v1/oauth/token`, { method: 'POST', body,
          headers: { 'X-App-Id': keys.appId, 'X-App-Token': keys.appToken } })
        const { access_token } = await r.json()
        sdk = VoucherifyServerSide({ applicationId: keys.appId, secretKey: keys.appToken, apiUrl: scrip.url,
          customHeaders: { Authorization: `Bearer ${access_token}` } })
      }
    })
    const code = `SDK-${how === 'keys' ? 'K' : 'B'} 10% 🎁`

    it('creates, gets, lists and updates a voucher', async () => {
      const made = await sdk.vouchers.create({ code, type: 'DISCOUNT_VOUCHER', redemption: { quantity: 1 },
        discount: { type: 'PERCENT', percent_off: 10 }, metadata: { season: 'autumn' } })
      assert.equal(made.code, code)
      assert.equal((await sdk.vouchers.get(code)).id, made.id)
      const list = await sdk.vouchers.list({ limit: 100 })
      assert.ok(list.vouchers.some(v => v.id === made.id))
      const changed = await sdk.vouchers.update({ code, metadata: { season: 'winter' } })
      assert.equal(changed.metadata.season, 'winter')
    })

    it('disables and enables it', async () => {
      assert.equal((await sdk.vouchers.disable(code)).active, false)
      assert.equal((await sdk.vouchers.enable(code)).active, true)
    })

    it('validates and redeems it, once', async () => {
      const request = { redeemables: [{ object: 'voucher', id: code }], order: { amount: 20000 }, customer: { source_id: `sdk-${how}` } }
      const validation = await sdk.validations.validateStackable(request)
      assert.equal(validation.valid, true)
      assert.equal(validation.order.total_amount, 18000)
      const redemption = await sdk.redemptions.redeemStackable(request)
      assert.equal(redemption.redemptions[0].result, 'SUCCESS')
      assert.equal(redemption.order.total_amount, 18000)
      await assert.rejects(sdk.redemptions.redeemStackable(request), { code: 400, key: 'quantity_exceeded' })
      const list = await sdk.redemptions.list({ limit: 100 })
      assert.ok(list.redemptions.some(r => r.id === redemption.redemptions[0].id))
      assert.equal((await sdk.redemptions.get(redemption.redemptions[0].id)).voucher.code, code)
    })

    it('deletes it', async () => {
      await sdk.vouchers.delete(code, { force: true })
      await assert.rejects(sdk.vouchers.get(code), { code: 404, key: 'not_found' })
    })
  })
}

it('the client-side SDK validates', async () => {
  const server = VoucherifyServerSide({ applicationId: keys.appId, secretKey: keys.appToken, apiUrl: scrip.url })
  await server.vouchers.create({ code: 'BROWSER', discount: { type: 'AMOUNT', amount_off: 500 } })
  const browser = VoucherifyClientSide({ clientApplicationId: keys.clientId, clientSecretKey: keys.clientToken, apiUrl: scrip.url,
    origin: 'http://localhost:3000' })
  const { valid, order } = await browser.validateStackable({ redeemables: [{ object: 'voucher', id: 'BROWSER' }], order: { amount: 2000 } })
  assert.equal(valid, true)
  assert.equal(order.total_amount, 1500)
})
