/** A PostgreSQL of the bench's own in a temporary folder, with its usual settings. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

function programs() {
  const versions = '/usr/lib/postgresql'
  const newest = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => a - b)
        .at(-1)
    : undefined
  if (newest === undefined) throw new Error('PostgreSQL is missing: run scripts/setup.sh services')
  return join(versions, newest, 'bin')
}

/** PostgreSQL refuses to run as root: there it runs as the user that Debian's package makes. */
const unprivileged = (command) =>
  process.getuid() === 0
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--', ...command]
    : command

export async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'wafer-bench-postgres-'))
  chmodSync(folder, 0o777)
  const bin = programs()
  const data = join(folder, 'data')
  const [first, ...rest] = unprivileged([
    join(bin, 'initdb'),
    '--auth=trust',
    '--username=wafer',
    '--locale=C',
    '-D',
    data
  ])
  execFileSync(first, rest, { cwd: '/', stdio: 'ignore' })
  const [program, ...args] = unprivileged([
    join(bin, 'postgres'),
    '-D',
    data,
    '-c',
    'listen_addresses=',
    '-k',
    folder
  ])
  const server = spawn(program, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  for await (const chunk of server.stderr) if (String(chunk).includes('ready to accept')) break
  const url = `postgres://wafer@localhost/postgres?host=${folder}`
  const sql = (text) =>
    execFileSync(join(bin, 'psql'), ['-U', 'wafer', '-h', folder, '-d', 'postgres', '-qc', text])
  return {
    url,
    fill(sessions) {
      sql(`INSERT INTO users (appid, openid, session_key, nick_name, avatar_url, created_at, updated_at)
           SELECT 'wx1', 'bench-' || n, 'AAECAwQFBgcICQoLDA0ODw==', '微信用户', '', 0, 0
           FROM generate_series(1, ${sessions}) n`)
      sql(`INSERT INTO sessions (skey_hash, id, user_id, created_at, expires_at, ends_at)
           SELECT sha256(('skey-' || substr(openid, 7))::bytea), openid, id, 0, 1::bigint << 52, 1::bigint << 52 FROM users`)
      sql('VACUUM ANALYZE')
    },
    async stop() {
      const ended = new Promise((resolve) => server.on('close', resolve))
      server.stderr.resume()
      server.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true })
    }
  }
}
