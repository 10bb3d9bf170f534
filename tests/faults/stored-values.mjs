/** What lies in the storage at the next launch: the session as it was stored, changed in whatever way a broken phone may. */
import assert from 'node:assert/strict'
import { Random } from '../../fake-wx/random.mjs'
import { SESSION_KEY } from '../../fake-wx/servers.mjs'
import { world } from './world.mjs'

const SEED = 9
const SAMPLE = 120

/** `text` with so many characters changed into others, at these places. */
function changed(text, places, random) {
  const characters = [...text]
  for (const place of places) {
    const old = characters[place]
    while (characters[place] === old) characters[place] = String.fromCharCode(random.between(32, 126))
  }
  return characters.join('')
}

/** What may be stored, by the rows' names; undefined: nothing. */
function valuesOf(text) {
  const random = new Random(SEED)
  const places = [...text].map((_, place) => place)
  const anywhere = () => random.between(0, places.length - 1)
  return {
    'as it was': [text],
    'one character changed, each in turn': places.map((place) => changed(text, [place], random)),
    'two or three changed': Array.from({ length: SAMPLE }, () =>
      changed(text, [anywhere(), anywhere(), anywhere()].slice(random.between(0, 1)), random)
    ),
    'cut off, at each tenth place': places
      .filter((place) => place % 10 === 0)
      .map((place) => text.slice(0, place)),
    'nothing: storage was full at the login': [undefined]
  }
}

const call = (phone) =>
  phone.call((callbacks) => phone.qcloud.request({ url: '/user', login: true, ...callbacks }))

/** The rows: [what is stored, what the caller is told, logins and requests as [least, most]]. */
export async function storedRows(server) {
  const user = { id: 'stored' }
  const first = world(server, { user })
  await call(first)
  const text = first.fake.storage.get(SESSION_KEY)
  first.close()
  const rows = []
  for (const [name, values] of Object.entries(valuesOf(text))) {
    const cells = []
    for (const value of values) {
      const phone = world(server, {
        user,
        storage: new Map(value === undefined ? [] : [[SESSION_KEY, value]])
      })
      const cell = await call(phone)
      assert.equal(cell.said, 'answer', `seed ${SEED}, stored: ${value}`)
      const next = await call(phone)
      assert.deepEqual(
        [next.said, next.logins, next.requests],
        ['answer', 0, 1],
        `seed ${SEED}, then: ${value}`
      )
      phone.close()
      cells.push(cell)
    }
    const range = (of) => [Math.min(...cells.map(of)), Math.max(...cells.map(of))]
    rows.push([name, range(({ logins }) => logins), range(({ requests }) => requests)])
  }
  return rows
}
