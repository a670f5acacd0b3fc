// Starts the real binary for a test, on a free port and an empty database of its own.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const dir = mkdtempSync(join(tmpdir(), 'scrip-e2e-'))
const binary = join(dir, process.platform === 'win32' ? 'scrip.exe' : 'scrip')
execFileSync('go', ['build', '-o', binary, '../cmd/scrip'], { cwd: import.meta.dirname, stdio: 'inherit' })
process.on('exit', () => rmSync(dir, { recursive: true, force: true }))

export const keys = {
  appId: 'e2e-app', appToken: 'e2e-app-token-0123456789',
  clientId: 'e2e-client', clientToken: 'e2e-client-token-0123456789',
  managementId: 'e2e-management', managementToken: 'e2e-management-token-0123456789',
}

const freePort = () => new Promise((resolve, reject) => {
  const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)) }).on('error', reject)
})

export async function start(database = `sqlite:${join(mkdtempSync(join(dir, 'db-')), 'scrip.db')}`) {
  const port = await freePort()
  const child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--database', database], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SCRIP_BOOTSTRAP_PROJECT_ID: 'proj_e2e00001',
      SCRIP_BOOTSTRAP_APP_ID: keys.appId, SCRIP_BOOTSTRAP_APP_TOKEN: keys.appToken,
      SCRIP_BOOTSTRAP_CLIENT_ID: keys.clientId, SCRIP_BOOTSTRAP_CLIENT_TOKEN: keys.clientToken,
      SCRIP_BOOTSTRAP_MANAGEMENT_ID: keys.managementId, SCRIP_BOOTSTRAP_MANAGEMENT_TOKEN: keys.managementToken },
  })
  const ended = new Promise(resolve => child.on('exit', (code, signal) => resolve({ code, signal })))
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`${url}/readyz`).then(r => r.ok, () => false)
    if (ready) break
    if (tries > 400 || child.exitCode !== null) {
      child.kill('SIGKILL')
      throw new Error('scrip did not become ready')
    }
    await new Promise(resolve => setTimeout(resolve, 25))
  }
  return { url, stop(signal = 'SIGTERM') { child.kill(signal); return ended } }
}
