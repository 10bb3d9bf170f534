const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`
const kept = (session) => (session ? 'session kept' : 'session lost')
const burst = ({ logins, succeeded, total, answer }) => {
  if (succeeded === 0) return `all ${total} fail, ${answer}`
  const share = succeeded === total ? 'all' : 'only'
  return `${count(logins, 'login')}, ${share} ${succeeded} succeed${succeeded === 1 ? 's' : ''}`
}

module.exports = {
  tabs: { compare: 'Compare', profile: 'Profile', code: 'Code' },

  events: {
    load: 'loads the WebAssembly core',
    ready: 'the core is ready',
    'load-failed': 'the core could not be loaded',
    crash: 'the core failed; the next call starts it anew',
    call: 'request is called',
    wait: 'waits for the session',
    restore: 'reads the stored session',
    check: 'asks WeChat: wx.checkSession',
    'check-passed': 'WeChat: the session_key is valid',
    'check-failed': 'WeChat: the session_key is over',
    login: 'gets a code: wx.login',
    'user-info': 'gets the encrypted user data',
    'login-request': 'sends the code to the login URL',
    session: 'has a session',
    'login-failed': 'the login failed',
    'send-bare': 'sends the request without a session',
    send: 'signs and sends the request',
    expired: 'server: the session has expired',
    'late-expiry': 'a late “expired”: no further login',
    retry: 'sends it again, newly signed',
    success: 'success, handed to the page',
    answer: 'handed to the page',
    fail: 'failure, handed to the page',
    logout: 'forgets the session',
    'storage-failed': 'the session could not be stored'
  },

  nativeCalls: {
    call: 'request is called',
    getStorageSync: 'reads the stored session',
    setStorageSync: 'stores a session over the last',
    removeStorageSync: 'deletes the session',
    checkSession: 'asks WeChat: wx.checkSession',
    login: 'gets a code: wx.login',
    getUserInfo: 'gets user data: wx.getUserInfo',
    'login-request': 'sends the code to the login URL',
    send: 'signs and sends the request',
    expired: 'server: the session has expired',
    success: 'success, handed to the page',
    answer: 'handed to the page',
    fail: 'failure, handed to the page'
  },

  server: {
    noSimulator: 'The server does not simulate WeChat. Start it without --appid and --secret to see this',
    unreachable: (baseUrl) => `No answer from ${baseUrl}: run make demo first`
  },

  compare: {
    navigation: 'Old and new',
    title: 'Old and new, same requests',
    lead: 'One server, one valid session per user.',
    switchLanguage: '中文',
    ours: 'this SDK',
    with: 'compared with',
    steps: [
      { id: 'cold', title: 'Cold start', note: 'no session, 20 at once' },
      { id: 'expired', title: 'Expired', note: 'server forgot, 20 at once' },
      { id: 'warm', title: 'One more', note: 'logged in, one request' }
    ],
    more: [
      { id: 'offline', title: 'Offline' },
      { id: 'broken', title: 'HTTP 500' },
      { id: 'refused', title: 'Always expired' },
      { id: 'logout', title: 'Log out midway' }
    ],
    rows: { succeeded: 'succeeded', logins: 'logins', native: 'native calls', session: 'session after' },
    kept: 'yes',
    lost: 'no',
    waiting: 'Tap 1, 2, 3 above',
    running: 'Running …',
    proved: (guarantee) => `✔ ${guarantee}`,
    notProved: (guarantee) => `✘ Not kept: ${guarantee}`,
    timeline: (name) => `What ${name} did`,
    empty: 'Tap anything above, and its timeline is drawn here.',
    cost: (native, ms) => `${count(native, 'native call')}, ${ms} ms`,
    records: ({ logins, served, refused }) =>
      `The server’s own records: ${count(logins, 'login')}, ${served} served, ${refused} refused`,
    noRecords: 'The server has no records',
    afterFirst: 'after the server said “expired”',
    afterSecond: 'after it said so again',
    says: (name, words) => `${name}: ${words}`,
    headlines: {
      cold: burst,
      expired: burst,
      warm: ({ native, logins }) =>
        count(native, 'native call') + (logins ? `, ${count(logins, 'more login')}` : ''),
      offline: ({ answer, session }) => `${answer}, ${kept(session)}`,
      broken: ({ answer, session }) => `${answer}, ${kept(session)}`,
      refused: ({ answer, logins }) => `${count(logins, 'login')}, then ${answer}`,
      logout: ({ session }) => (session ? 'logged in again after it' : 'stays logged out')
    },
    guarantees: {
      cold: 'Guarantee 1: however many calls, one login',
      expired: 'Guarantee 2: a late “expired” does nothing',
      warm: 'Guarantee 10: once logged in, one native call',
      offline: 'Guarantee 4: a lost network ends no session',
      broken: 'Guarantee 4: a failing server ends no session',
      refused: 'Guarantee 6: one retry, then an error code',
      logout: 'Guarantee 7: a log-out voids the login'
    }
  },

  profile: {
    navigation: 'Profile',
    colon: ': ',
    anonymous: 'WeChat user',
    stored: 'You, as the database has it',
    signedOut: 'not logged in',
    phoneNumber: (number) => `phone ${number || 'not given'}`,
    today: 'Today: filled in by the user',
    avatar: 'Avatar',
    chooseAvatar: 'Choose an avatar',
    choose: 'Choose',
    nickName: 'Name',
    nickNameHint: 'Your nickname',
    phone: 'Phone',
    get: 'Get',
    save: 'Save',
    nothingToSave: 'Choose an avatar or type a name first',
    earlier: 'Earlier: handed out by WeChat',
    profileNote: '2021: a dialog in a tap',
    profileButton: 'Get profile',
    infoTitle: 'getUserInfo button',
    infoNote: '2018: consent, then login',
    infoButton: 'Authorise',
    headersTitle: 'Headers by hand',
    headersNote: 'getSession() and WX_HEADER_*',
    headersButton: 'Get WeChat data',
    bothTitle: 'Both in one',
    bothNote: 'one tap: consent, then login',
    bothButton: 'Log in',
    why: 'to complete your profile',
    whyBoth: 'to show who you are',
    saved: 'Saved: the database holds the new profile',
    phoneSaved: (number) => `The server got the number ${number} for the code`,
    decrypted: (name) => `Decrypted by the server and stored: ${name}`,
    agreed: (name) => `Consent given, ${name} is logged in`,
    denied: 'The user tapped “deny”',
    privacy: 'The privacy terms were refused, so that nothing happened',
    onlyAnonymous: 'WeChat gave the anonymous “WeChat user” only: use the fields above',
    noSession: 'There is no session yet: send a request on the “Compare” page first',
    badStatus: (status) => `The server answered HTTP ${status}; the session is kept`,
    failed: (code) => `That did not work (${code})`,
    flows: {
      load: 'Reading the profile',
      save: 'Save',
      phone: 'Phone',
      profile: 'getUserProfile',
      info: 'getUserInfo',
      consent: 'Consent and login',
      headers: 'Headers by hand',
      both: 'Both in one'
    }
  },

  code: {
    navigation: 'Code',
    copy: 'Copy',
    copyLabel: (title) => `Copy the code of “${title}”`,
    literals: {
      greeting: 'hello',
      choose: 'Choose an avatar',
      phone: 'Get phone number',
      profile: 'Get profile',
      why: 'to complete your profile',
      agree: 'Authorise',
      denied: 'the user denied it'
    },
    flows: {
      setup: ['Set up once', 'app.js. The login comes by itself when it is first needed.'],
      request: ['Send a request', 'No session: it logs in. Expired: it logs in again and sends once more.'],
      promise: ['With a Promise', 'Leave the callbacks out and get a Promise.'],
      avatar: [
        'Avatar and nickname',
        'Today’s way. The avatar is a temporary file, uploaded with the session.'
      ],
      phone: ['Phone number', 'The button gives a code, and the server gets the number for it.'],
      profile: [
        'wx.getUserProfile',
        '2021 to 2022, in a tap only. The data always fits the server’s session_key.'
      ],
      button: ['getUserInfo button', '2018 to 2021. Without consent there is no userInfo.'],
      headers: ['Headers by hand', 'As the first SDK’s documentation had it; still works.'],
      tunnel: ['Tunnel', 'Messages both ways, comes back by itself; closed with the page.'],
      logout: ['Log out', 'Also counts during a login, whose result is dropped.'],
      events: ['Watch the SDK', 'This is how the timeline is drawn. Events hold no secrets.']
    }
  }
}
