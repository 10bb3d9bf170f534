/**
 * A server that costs next to nothing, so that the time measured is the client's: one user, one session, the same
 * answer to every request that brings the session where one is asked for.
 */
import { MAGIC } from '../../tests/wx/servers.mjs'

export const SESSION = {
  id: '0123456789abcdef0123456789abcdef',
  skey: 'fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'
}
/** The seven fields that WeChat gives, which wafer's servers hand on and the predecessors store. */
const USER_INFO = {
  nickName: '新用户',
  gender: 0,
  language: 'zh_CN',
  city: 'Shenzhen',
  province: 'Guangdong',
  country: 'China',
  avatarUrl: 'https://api.example.com/avatars/default.png'
}
const HEADER = { 'Content-Type': 'application/json; charset=utf-8' }

const LOGIN_ANSWERS = {
  wafer: { [MAGIC]: 1, session: { ...SESSION, userInfo: USER_INFO } },
  wafer2: { code: 0, data: { skey: SESSION.skey, userinfo: USER_INFO, time: 1 } }
}

/** `needsSession`: answer 403 to a request that is not signed. */
export function instantServer({ speaks, body, needsSession }) {
  const login = { statusCode: 200, header: HEADER, data: LOGIN_ANSWERS[speaks] }
  const answer = { statusCode: 200, header: HEADER, data: body }
  const unsigned = { statusCode: 403, header: HEADER, data: { error: 'unsigned' } }
  return {
    handle({ url, header }) {
      if (url.endsWith('/login')) return login
      return needsSession && header['X-WX-Skey'] !== SESSION.skey ? unsigned : answer
    }
  }
}
