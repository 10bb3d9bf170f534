/** A PostgreSQL for the benchmark alone, in a temporary folder and with its usual settings. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder, run, stop, temporaryFolder } from './processes.mjs'

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
  const folder = temporaryFolder()
  chmodSync(folder, 0o777)
  const bin = programs()
  const data = join(folder, 'data')
  const making = [join(bin, 'initdb'), '--auth=trust', '--username=wafer', '--locale=C', '-D', data]
  const [first, ...rest] = unprivileged(making)
  execFileSync(first, rest, { cwd: '/', stdio: 'ignore' })
  const serving = [join(bin, 'postgres'), '-D', data, '-c', 'listen_addresses=', '-k', folder]
  const [program, ...args] = unprivileged(serving)
  const { child, ended } = run(program, args, { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    log += chunk
    if (log.includes('ready to accept')) break
  }
  child.stderr.resume()
  if (!log.includes('ready to accept')) throw new Error(`PostgreSQL did not start: ${log}`)
  const sql = (text) =>
    execFileSync(join(bin, 'psql'), ['-U', 'wafer', '-h', folder, '-d', 'postgres', '-qc', text])
  return {
    pid: child.pid,
    url: `postgres://wafer@localhost/postgres?host=${folder}`,
    fill(sessions) {
      sql(`INSERT INTO users (appid, openid, session_key, nick_name, avatar_url, created_at, updated_at)
           SELECT 'wx1', 'bench-' || n, 'AAECAwQFBgcICQoLDA0ODw==', '微信用户', '', 0, 0
           FROM generate_series(1, ${sessions}) n`)
      sql(`INSERT INTO sessions (skey_hash, id, user_id, created_at, expires_at, ends_at)
           SELECT sha256(('skey-' || substr(openid, 7))::bytea), openid, id, 0, 1::bigint << 52, 1::bigint << 52 FROM users`)
      sql('VACUUM ANALYZE')
    },
    async stop() {
      await stop(child, ended, 'SIGINT')
      removeFolder(folder)
    }
  }
}
