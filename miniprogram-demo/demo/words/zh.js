const kept = (session) => (session ? '登录态还在' : '登录态丢了')
const left = (session) => (session ? '退出之后又登录了' : '退出之后没有登录态')
const burst = ({ logins, succeeded, total, answer }) => {
  if (succeeded === 0) return `${total} 个都失败了，${answer}`
  return `${logins} 次登录，${succeeded === total ? '' : '只有 '}${succeeded} 个成功`
}

module.exports = {
  tabs: { compare: '对比', profile: '资料', code: '代码' },

  // What the SDK tells through onEvent.
  events: {
    load: '加载 WebAssembly 内核',
    ready: '内核就绪',
    'load-failed': '内核没有加载成功',
    crash: '内核出错，下一个调用会重新启动它',
    call: '调用 request',
    wait: '等待登录态',
    restore: '读取本地保存的登录态',
    check: '问微信：wx.checkSession',
    'check-passed': '微信：session_key 有效',
    'check-failed': '微信：session_key 失效',
    login: '取 code：wx.login',
    'user-info': '取加密的用户资料',
    'login-request': '用 code 向服务器换登录态',
    session: '拿到登录态',
    'login-failed': '登录失败',
    'send-bare': '发出请求，不带登录态',
    send: '带上登录态，发出请求',
    expired: '服务器：登录态已过期',
    'late-expiry': '迟到的“过期”：不再登录',
    retry: '用新的登录态重发',
    success: '成功，交给页面',
    answer: '交给页面',
    fail: '失败，交给页面',
    logout: '清除登录态',
    'storage-failed': '登录态没能存下，只留在内存里'
  },

  // What a predecessor does, as seen from its native calls.
  nativeCalls: {
    call: '调用 request',
    getStorageSync: '读取本地保存的登录态',
    setStorageSync: '存下登录态，盖掉前一个',
    removeStorageSync: '清除登录态',
    checkSession: '问微信：wx.checkSession',
    login: '取 code：wx.login',
    getUserInfo: '取用户资料：wx.getUserInfo',
    'login-request': '用 code 向服务器换登录态',
    send: '带上登录态，发出请求',
    expired: '服务器：登录态已过期',
    success: '成功，交给页面',
    answer: '交给页面',
    fail: '失败，交给页面'
  },

  server: {
    noSimulator: '服务器没有运行微信模拟器，无法演示这一项。请去掉 --appid 和 --secret 再启动',
    unreachable: (baseUrl) => `连不上 ${baseUrl}，请先运行 make demo`
  },

  compare: {
    navigation: '新旧对比',
    title: '同样的请求，新旧各跑一遍',
    lead: '同一个服务器，每个用户一个有效登录态。',
    switchLanguage: 'English',
    ours: '本 SDK',
    with: '和谁比',
    steps: [
      { id: 'cold', title: '冷启动', note: '还没登录，20 个一起发' },
      { id: 'expired', title: '会话过期', note: '服务器忘了，20 个一起发' },
      { id: 'warm', title: '再发一个', note: '登录过了，只发一个' }
    ],
    more: [
      { id: 'offline', title: '断网' },
      { id: 'broken', title: 'HTTP 500' },
      { id: 'refused', title: '总说过期' },
      { id: 'logout', title: '登录中退出' }
    ],
    rows: { succeeded: '成功', logins: '登录次数', native: '原生调用', session: '之后登录态' },
    kept: '有',
    lost: '无',
    waiting: '点一下上面的 1、2、3',
    running: '正在跑……',
    proved: (guarantee) => `✔ ${guarantee}`,
    notProved: (guarantee) => `✘ 没有做到：${guarantee}`,
    timeline: (name) => `${name} 做了什么`,
    empty: '点上面任何一项，时间线会出现在这里。',
    cost: (native, ms) => `${native} 次原生调用，${ms} 毫秒`,
    records: ({ logins, served, refused }) =>
      `服务器的记录：登录 ${logins} 次，接受 ${served} 个，拒绝 ${refused} 个`,
    noRecords: '服务器没有记录',
    afterFirst: '服务器说过期之后',
    afterSecond: '又说过期之后',
    says: (name, words) => `${name}：${words}`,
    headlines: {
      cold: burst,
      expired: burst,
      warm: ({ native, logins }) => `${native} 次原生调用` + (logins ? `，又登录 ${logins} 次` : ''),
      offline: ({ answer, session }) => `${answer}，${kept(session)}`,
      broken: ({ answer, session }) => `${answer}，${kept(session)}`,
      refused: ({ answer, logins }) => `登录 ${logins} 次，以 ${answer} 结束`,
      logout: ({ session }) => left(session)
    },
    guarantees: {
      cold: '保证 1：同时有多少请求，也只登录一次',
      expired: '保证 2：迟到的“过期”什么也不做',
      warm: '保证 10：登录之后，一个请求一次原生调用',
      offline: '保证 4：断网不会丢掉登录态',
      broken: '保证 4：服务器出错不会丢掉登录态',
      refused: '保证 6：重试一次为止，给出错误码',
      logout: '保证 7：登录途中退出，登录作废'
    }
  },

  profile: {
    navigation: '资料',
    colon: '：',
    anonymous: '微信用户',
    stored: '数据库里的你',
    signedOut: '未登录',
    phoneNumber: (number) => `手机号 ${number || '未提供'}`,
    today: '现在：头像昵称填写',
    avatar: '头像',
    chooseAvatar: '选择头像',
    choose: '选择',
    nickName: '昵称',
    nickNameHint: '请输入昵称',
    phone: '手机号',
    get: '获取',
    save: '保存',
    nothingToSave: '请先选头像或填昵称',
    earlier: '以前：由微信给出资料',
    profileNote: '2021 年，在点击事件里弹窗',
    profileButton: '获取头像昵称',
    infoTitle: 'getUserInfo 按钮',
    infoNote: '2018 年，同意之后再登录',
    infoButton: '点击授权',
    headersTitle: '手工请求头',
    headersNote: 'getSession() 与 WX_HEADER_*',
    headersButton: '获取微信资料',
    bothTitle: '两者合一',
    bothNote: '一次点击，先授权再登录',
    bothButton: '登录并授权',
    why: '用于完善会员资料',
    whyBoth: '展示用户信息',
    saved: '已保存，数据库里是新的资料',
    phoneSaved: (number) => `服务器用 code 换到了手机号 ${number}`,
    decrypted: (name) => `服务器解密后存进了数据库：${name}`,
    agreed: (name) => `点击了同意授权，${name} 已登录`,
    denied: '点击了拒绝授权',
    privacy: '没有同意隐私保护指引，什么也没有发生',
    onlyAnonymous: '微信只给了匿名资料“微信用户”，请改用上面的头像昵称填写',
    noSession: '还没有登录态，请先在“对比”页发一次请求',
    badStatus: (status) => `服务器返回 HTTP ${status}，登录态还在`,
    failed: (code) => `没有成功（${code}）`,
    flows: {
      load: '读取资料',
      save: '保存',
      phone: '手机号',
      profile: 'getUserProfile',
      info: 'getUserInfo',
      consent: '授权登录',
      headers: '手工请求头',
      both: '登录并授权'
    }
  },

  code: {
    navigation: '代码',
    copy: '复制',
    copyLabel: (title) => `复制“${title}”的代码`,
    literals: {
      greeting: '你好',
      choose: '选择头像',
      phone: '获取手机号',
      profile: '获取头像昵称',
      why: '用于完善会员资料',
      agree: '点击授权',
      denied: '点击了拒绝授权'
    },
    flows: {
      setup: ['配置一次', 'app.js。登录在第一次需要的时候自动发生。'],
      request: ['发请求', '不必关心登录态：没有就登录，过期就重新登录并重发。'],
      promise: ['用 Promise', '不写回调，就得到 Promise。'],
      avatar: ['头像昵称填写', '现在的做法。头像是临时文件，带着登录态上传。'],
      phone: ['手机号', '按钮给出 code，服务器用它向微信换手机号。'],
      profile: [
        'wx.getUserProfile',
        '2021 到 2022 年。必须在点击事件里；加密数据总是配得上服务器手里的 session_key。'
      ],
      button: ['getUserInfo 按钮', '2018 到 2021 年。拒绝时没有 userInfo。'],
      headers: ['手工请求头', '最初的 SDK 文档里的写法，仍然可用。'],
      tunnel: ['信道', '双向的消息，断线自动重连；离开页面时关闭。'],
      logout: ['退出登录', '登录途中退出也算数，结果会被丢掉。'],
      events: ['看 SDK 做了什么', '对比页的时间线就是这样画的；事件里没有密钥。']
    }
  }
}
