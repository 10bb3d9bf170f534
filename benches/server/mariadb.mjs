/**
 * A MariaDB for the benchmark alone, in a temporary folder and with its usual settings. It has the table in which
 * Wafer2's Node SDK keeps its sessions, with the indexes that Tencent's setup gives it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { join } from 'node:path'
import { removeFolder, run, stop, temporaryFolder } from './processes.mjs'
import { USERS } from './wechat.mjs'

const TABLE = `
  CREATE DATABASE bench CHARACTER SET utf8mb4;
  CREATE TABLE bench.cSessionInfo (
    open_id VARCHAR(100) NOT NULL,
    uuid VARCHAR(100) NOT NULL,
    skey VARCHAR(100) NOT NULL,
    create_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    last_visit_time TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    session_key VARCHAR(100) NOT NULL,
    user_info VARCHAR(2048) NOT NULL,
    PRIMARY KEY (open_id), KEY (open_id), KEY (skey)
  ) ENGINE=InnoDB`
const USER_INFO =
  '{"nickName":"微信用户","avatarUrl":"","gender":0,"language":"","city":"","province":"","country":""}'
const PATIENCE_MS = 30_000

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function startMariadb() {
  const folder = temporaryFolder()
  const [data, socket, port] = [join(folder, 'data'), join(folder, 'socket'), await freePort()]
  const user = process.getuid() === 0 ? ['--user=root'] : []
  const making = [
    '--no-defaults',
    `--datadir=${data}`,
    '--skip-test-db',
    '--auth-root-authentication-method=normal'
  ]
  execFileSync('mariadb-install-db', [...making, ...user], { stdio: 'ignore' })
  // Everybody on this machine can reach this loopback port while the benchmark runs, and read nothing but its made-up
  // data.
  const serving = [`--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1']
  const options = ['--no-defaults', ...serving, '--skip-grant-tables', ...user]
  const { child, ended } = run('mariadbd', options, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk) => (log += chunk))
  for (const began = Date.now(); !existsSync(socket); await wait(100)) {
    if (child.exitCode !== null || Date.now() - began > PATIENCE_MS)
      throw new Error(`MariaDB did not start: ${log}`)
  }
  const sql = (text) =>
    execFileSync('mariadb', [
      '--no-defaults',
      `--socket=${socket}`,
      '--default-character-set=utf8mb4',
      '-e',
      text
    ])
  sql(TABLE)
  return {
    pid: child.pid,
    port,
    fill(sessions) {
      const insert = (openId, skey, count) =>
        sql(`INSERT INTO bench.cSessionInfo (open_id, uuid, skey, session_key, user_info)
             SELECT ${openId}, UUID(), ${skey}, 'AAECAwQFBgcICQoLDA0ODw==', '${USER_INFO}' FROM bench.seq_1_to_${count}`)
      insert(`CONCAT('bench-', seq)`, `CONCAT('skey-', seq)`, sessions)
      // The SDK asks whether a user is new and then inserts them. Of two first logins at the same time, one would fail.
      insert(`CONCAT('o-', seq - 1)`, `CONCAT('old-', seq)`, USERS)
      sql('ANALYZE TABLE bench.cSessionInfo')
    },
    async stop() {
      await stop(child, ended)
      removeFolder(folder)
    }
  }
}
