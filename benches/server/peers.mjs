/**
 * The servers that are measured, each with sessions in it: their addresses, their processes, and what wrk must know.
 */
import { execFileSync } from 'node:child_process'
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repository } from '../../scripts/project.mjs'
import { startMariadb } from './mariadb.mjs'
import { startPostgres } from './postgres.mjs'
import { removeFolder, start, temporaryFolder } from './processes.mjs'
import { SESSION_KEY, USERS } from './wechat.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const target = process.env.CARGO_TARGET_DIR ?? join(repository, 'target')
const binary = join(target, 'production/wafer-session-server')

/** This server as production runs it, but with no bound on the logins of one client, because wrk is a single client. */
export async function ours(wechat, database, avatars, env = {}) {
  const args = ['--listen', '127.0.0.1:0', '--database', database, '--avatars', avatars, '--unencrypted']
  const more = ['--login-rate', '0', '--wechat-api', wechat.origin]
  return start(binary, [...args, ...more], {
    WX_APPID: 'wx1',
    WX_SECRET: 's',
    WAFER_SESSIONS_PER_USER: 'many',
    ...env
  })
}

/** An SQLite file with sessions in it. */
export async function filledFile(wechat, sessions, folder) {
  const [file, avatars] = [join(folder, 'sessions.sqlite'), join(folder, 'avatars')]
  await (await ours(wechat, file, avatars)).stop()
  execFileSync('python3', [join(here, 'fill.py'), file, String(sessions)])
  return [file, avatars]
}

/** Encrypted user data as WeChat gives it: data and iv in one line. */
export function userData(openId) {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(SESSION_KEY, 'base64'), iv)
  const watermark = { appid: 'wx1', timestamp: Math.floor(Date.now() / 1000) }
  const plain = JSON.stringify({
    openId,
    nickName: '小明',
    avatarUrl: 'https://example.com/a.png',
    watermark
  })
  const data = Buffer.concat([cipher.update(plain), cipher.final()])
  return `${data.toString('base64')} ${iv.toString('base64')}`
}

/** The child processes of `pid`, such as PostgreSQL's for each connection. */
const childrenOf = (pid) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

async function onPostgres(instances, wechat, sessions) {
  const postgres = await startPostgres()
  const folder = temporaryFolder()
  const avatars = join(folder, 'avatars')
  await (await ours(wechat, postgres.url, avatars)).stop()
  postgres.fill(sessions)
  const servers = []
  for (let number = 0; number < instances; number += 1)
    servers.push(await ours(wechat, postgres.url, avatars))
  return {
    origins: servers.map(({ origin }) => origin),
    pids: () => [...servers.map(({ pid }) => pid), postgres.pid, ...childrenOf(postgres.pid)],
    async stop() {
      for (const server of servers) await server.stop()
      await postgres.stop()
      removeFolder(folder)
    }
  }
}

/**
 * `origins`, the processes whose time counts, and what differs for wrk: `skey` of signed requests, and `openIds` of the
 * users whose data logins bring (the other servers take data without an openId). The others are compared with the
 * first.
 */
export const peers = {
  'wafer-node-session, memory': async (wechat, sessions) => {
    const args = [join(here, 'node-session.cjs'), wechat.port, String(sessions)]
    const { origin, pid, stop } = await start(process.execPath, args)
    const skey = createHash('sha1').update(`wx1s${SESSION_KEY}`).digest('hex')
    return { origins: [origin], pids: () => [pid], skey, stop }
  },
  'wafer-node-sdk (Wafer2), MariaDB': async (wechat, sessions) => {
    const mariadb = await startMariadb()
    mariadb.fill(sessions)
    const args = [join(here, 'wafer2.cjs'), wechat.port, String(mariadb.port)]
    const { origin, pid, stop } = await start(process.execPath, args)
    return {
      origins: [origin],
      pids: () => [pid, mariadb.pid],
      openIds: Array.from({ length: USERS }, (_, number) => `o-${number}`),
      async stop() {
        await stop()
        await mariadb.stop()
      }
    }
  },
  'this server, SQLite': async (wechat, sessions) => {
    const folder = temporaryFolder()
    const server = await ours(wechat, ...(await filledFile(wechat, sessions, folder)))
    return {
      origins: [server.origin],
      pids: () => [server.pid],
      async stop() {
        await server.stop()
        removeFolder(folder)
      }
    }
  },
  'this server, PostgreSQL': (wechat, sessions) => onPostgres(1, wechat, sessions),
  'this server, PostgreSQL, two instances': (wechat, sessions) => onPostgres(2, wechat, sessions)
}
