import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import initSqlJs from 'sql.js'
import { sessionServer } from '../../scripts/project.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const builtPage = join(root, 'build/host')

/** The real session server, with a database of its own, serving the built page. */
export class SessionServer {
  static async start() {
    for (const file of [sessionServer, join(builtPage, 'index.html')]) {
      if (!existsSync(file))
        throw new Error(`${file} is missing: run "make demo ONCE=1" or "make test" first`)
    }
    const folder = await mkdtemp(join(tmpdir(), 'wafer-demo-'))
    const database = join(folder, 'sessions.sqlite')
    const child = spawn(sessionServer, [
      ...['--listen', '127.0.0.1:0'],
      ...['--database', database],
      ...['--static', builtPage]
    ])
    child.stderr.resume()
    const [line] = await Promise.race([
      once(child.stdout.setEncoding('utf8'), 'data'),
      once(child, 'exit').then(([status]) => Promise.reject(new Error(`the server ended with ${status}`)))
    ])
    return new SessionServer({ child, folder, database, url: line.trim().replace('listening on ', '') })
  }

  constructor({ child, folder, database, url }) {
    Object.assign(this, { child, folder, database, url })
  }

  async ask(path, body) {
    const response = await fetch(`${this.url}/dev/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body)
    })
    if (!response.ok) throw new Error(`/dev/${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  records() {
    return this.ask('records')
  }

  async users() {
    return (await this.ask('users')).users
  }

  async resetRecords() {
    await this.ask('reset-records', {})
  }

  async stop() {
    if (this.child.exitCode !== null) return
    this.child.kill('SIGTERM')
    await once(this.child, 'exit')
  }

  /** Stops the server and answers the rows of the users table, read from the file by another SQLite. */
  async stopAndReadUsers() {
    await this.stop()
    const SQL = await initSqlJs()
    const database = new SQL.Database(await readFile(this.database))
    try {
      const [{ columns, values }] = database.exec('SELECT * FROM users')
      return values.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value])))
    } finally {
      database.close()
    }
  }

  async remove() {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}
