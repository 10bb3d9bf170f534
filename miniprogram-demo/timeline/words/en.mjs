const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`

export const english = {
  title: 'wafer-client-wasm: what the SDK does, what it costs, what the server saw',
  stage: (origin) => `Session server ${origin}, SQLite; WeChat is simulated.`,
  anonymous: 'WeChat user',
  person: 'Xiaoming',
  greeting: 'hello',

  cost: 'cost',
  costs: (calls, ms) => `${count(calls, 'native call')} in ${ms} ms`,
  server: 'server',
  records: ({ logins, served, refused }) =>
    `${count(logins, 'login')}, ${count(served, 'request')} served, ${refused} refused`,
  answer: 'answer',
  greeted: (status, name) => `HTTP ${status}, ${name}`,
  failed: (type) => `the step failed: ${type}`,
  notKept: (text, expected, seen) => `${text}: expected ${expected}, saw ${seen}`,
  allMet: (steps, met) => `${count(steps, 'step')}, ${met} expectations, all met`,
  notMet: (broken, all, titles) => `${broken} of ${all} expectations not met, in: ${titles}`,

  page: (url) => `The demo as a page: ${url}`,
  quit: 'Ctrl-C ends it',
  notStarted: (reason) => `The session server did not start: ${reason}`,

  comparison: 'Old and new, the same requests at the same server',
  burst: ({ succeeded, logins }) => `${succeeded} ok, ${count(logins, 'login')}`,
  nativeCalls: (number) => count(number, 'native call'),
  rows: { cold: '20 at once, cold', expired: '20 at once, expired', warm: 'one, logged in' },

  events: {
    'tunnel-open': 'the tunnel is open',
    'tunnel-heard': 'the server echoes what was said',
    'tunnel-lost': 'the connection is lost',
    'tunnel-back': 'the tunnel is back',
    'tunnel-closed': 'the tunnel is closed'
  },

  steps: {
    cold: 'Cold login',
    warm: 'Warm request',
    burst: '20 at once without a session',
    expired: '20 at once on an expired session',
    logout: 'Log-out',
    userData: 'Encrypted user data',
    restart: 'Restart of the app and of the server',
    upload: 'Upload with the session',
    tunnel: 'Tunnel that loses its connection'
  },
  comments: {
    cold: 'the first call of a new user',
    warm: 'the same call again',
    burst: 'nobody is logged in',
    expired: 'the server has ended the session',
    logout: 'no login asked for',
    restart: 'in a new app, from a new server process'
  },
  claims: {
    oneLoginForCall: 'one wx.login for the call',
    oneLoginForMany: (many) => `one wx.login for ${many} calls`,
    oneLoginRequest: 'one login request, as the server saw it',
    noLogin: 'no wx.login, no login request',
    served: (number) => `the server served ${number} of ${number} calls`,
    noSessionHeaders: 'the login carried no session headers',
    oneUser: 'the server registered one user',
    oneNativeCall: (api) => `one native call, ${api} itself`,
    refusedOnce: 'the server refused every call once',
    noSession: 'getSession() answers null',
    bare: 'the next request carries no session headers',
    freshData: 'the data was fetched after the login, under its session_key',
    decrypted: 'the server decrypted it and updated its database',
    checkedOnce: 'wx.checkSession asked once a launch',
    picture: 'the database points to the picture',
    cameBack: 'it came back, and said what waited',
    twoSockets: 'two sockets, the second after the first was lost'
  }
}
