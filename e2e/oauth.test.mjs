// A stock OAuth client, unchanged (70 5.6).
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { ClientCredentials } from 'simple-oauth2'
import { keys, start } from './scrip.mjs'

let scrip
before(async () => { scrip = await start('memory') })
after(async () => { assert.deepEqual(await scrip.stop(), { code: 0, signal: null }) })

for (const authorizationMethod of ['header', 'body']) {
  it(`buys and uses a token, credentials in the ${authorizationMethod}`, async () => {
    const client = new ClientCredentials({
      client: { id: keys.appId, secret: keys.appToken },
      auth: { tokenHost: scrip.url, tokenPath: '/v1/oauth/token' },
      options: { authorizationMethod },
    })
    const { token } = await client.getToken({ scope: ['vouchers'] })
    assert.equal(token.scope, 'vouchers')
    assert.equal(token.expires_in, 900)
    const opened = await fetch(`${scrip.url}/v1/vouchers`, { headers: { Authorization: `Bearer ${token.access_token}` } })
    assert.equal(opened.status, 200)
    const closed = await fetch(`${scrip.url}/v1/redemptions`, { headers: { Authorization: `Bearer ${token.access_token}` } })
    assert.equal(closed.status, 403)
    assert.match(closed.headers.get('www-authenticate'), /error="insufficient_scope", scope="redemptions"/)
  })
}

it('tells a stock client what is wrong in its own words', async () => {
  const client = new ClientCredentials({ client: { id: keys.appId, secret: 'wrong' }, auth: { tokenHost: scrip.url, tokenPath: '/v1/oauth/token' } })
  await assert.rejects(client.getToken({}), e => e.output.statusCode === 401 && e.data.payload.error === 'invalid_client')
})
