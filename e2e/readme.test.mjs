// The tour of the README, block by block, as printed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, before, it } from 'node:test'
import { keys, start } from './scrip.mjs'

// What each block of the tour must print; blocks with none of these words are not calls.
const tour = [
  ['"code": "SPRING10"', [/"code":"SPRING10"/, /"redeemed_quantity":0/]],
  ['/v1/validations', [/"valid":true/, /"total_amount":3780/]],
  ['export TOKEN', [/"result":"SUCCESS"/, /"redeemed_quantity":1/]],
  ['?limit=5', [/"data_ref":"redemptions"/, /"total":1/, /"insufficient_scope"/]],
  ['introspect', [/"active":true/, /"code":401/]],
  ['@voucherify/sdk\')', [/^valid: true to pay: 3700\nredeemed: r_\w+ SUCCESS\nused so far: 1$/]],
  ['/management/v1/projects', [/"object":"list"/, /"total":1/]],
]

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const blocks = [...readme.matchAll(/```(sh|js)\n(.*?)```/gs)].map(([, language, text]) => ({ language, text }))

let scrip
before(async () => { scrip = await start('memory') })
after(async () => { assert.deepEqual(await scrip.stop(), { code: 0, signal: null }) })

it('prints what it says', () => {
  const env = { ...process.env, SCRIP_URL: scrip.url, SCRIP_APP_ID: keys.appId, SCRIP_APP_TOKEN: keys.appToken,
    SCRIP_MANAGEMENT_ID: keys.managementId, SCRIP_MANAGEMENT_TOKEN: keys.managementToken }
  for (const [word, wanted] of tour) {
    const block = blocks.find(b => b.text.includes(word))
    assert.ok(block, `the README has no block with ${word}`)
    let printed
    if (block.language === 'js') {
      printed = execFileSync(process.execPath, ['-e', block.text], { cwd: import.meta.dirname, env, encoding: 'utf8' })
    } else {
      const calls = block.text.replace(/^go run .*$/gm, '') // the binary is the one that runs
      printed = execFileSync('bash', ['-ec', `${calls}\nprintf '\\n%s' "$TOKEN"`], { env, encoding: 'utf8' })
      env.TOKEN = printed.slice(printed.lastIndexOf('\n') + 1) // exported, as in a terminal
    }
    for (const pattern of wanted) assert.match(printed.trim(), pattern, block.text)
  }
})
