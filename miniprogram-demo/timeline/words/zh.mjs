export const chinese = {
  title: 'wafer-client-wasm：SDK 做了什么，代价是多少，服务器看到了什么',
  stage: (origin) => `会话服务器 ${origin}，SQLite；微信是模拟的。`,
  anonymous: '微信用户',
  person: '小明',
  greeting: '你好',

  cost: '代价',
  costs: (calls, ms) => `${calls} 次原生调用，${ms} 毫秒`,
  server: '服务器',
  records: ({ logins, served, refused }) => `登录 ${logins} 次，接受 ${served} 个请求，拒绝 ${refused} 个`,
  answer: '结果',
  greeted: (status, name) => `HTTP ${status}，${name}`,
  failed: (type) => `这一步失败了：${type}`,
  notKept: (text, expected, seen) => `${text}：应为 ${expected}，实为 ${seen}`,
  allMet: (steps, met) => `${steps} 步，${met} 项都做到了`,
  notMet: (broken, all, titles) => `${all} 项中有 ${broken} 项没有做到：${titles}`,

  page: (url) => `演示小程序：${url}`,
  quit: '按 Ctrl-C 结束',
  notStarted: (reason) => `会话服务器没有启动：${reason}`,

  comparison: '新旧对比：同样的请求，同一个服务器',
  burst: ({ succeeded, logins }) => `成功 ${succeeded}，登录 ${logins}`,
  nativeCalls: (number) => `原生调用 ${number} 次`,
  rows: { cold: '冷启动，20 个并发', expired: '会话过期，20 个', warm: '登录过，再发一个' },

  events: {
    'tunnel-open': '信道打开',
    'tunnel-heard': '服务器回应了消息',
    'tunnel-lost': '连接断开',
    'tunnel-back': '信道恢复',
    'tunnel-closed': '信道关闭'
  },

  steps: {
    cold: '第一次登录',
    warm: '登录之后再发一个请求',
    burst: '20 个并发，都没有登录',
    expired: '20 个并发，会话已过期',
    logout: '退出登录',
    userData: '加密的用户资料',
    restart: '小程序和服务器都重启',
    upload: '带着登录态上传',
    tunnel: '断线的信道'
  },
  comments: {
    cold: '新用户的第一个调用',
    warm: '同样的调用再来一次',
    burst: '谁也没有登录',
    expired: '服务器已经结束了会话',
    logout: '没有要求登录',
    restart: '新的小程序，新的服务器进程'
  },
  claims: {
    oneLoginForCall: '一个调用，一次 wx.login',
    oneLoginForMany: (many) => `${many} 个调用，一次 wx.login`,
    oneLoginRequest: '服务器看到一次登录请求',
    noLogin: '没有 wx.login，也没有登录请求',
    served: (number) => `${number} 个调用，服务器都接受了`,
    noSessionHeaders: '登录请求不带会话头',
    oneUser: '服务器登记了一个用户',
    oneNativeCall: (api) => `一次原生调用，就是 ${api}`,
    refusedOnce: '每个调用都被服务器拒绝了一次',
    noSession: 'getSession() 返回 null',
    bare: '下一个请求不带会话头',
    freshData: '资料是登录之后取的，用的是这次的 session_key',
    decrypted: '服务器解密成功，更新了数据库',
    checkedOnce: '每次启动只问一次 wx.checkSession',
    picture: '数据库里是新的头像',
    cameBack: '信道恢复了，等待中的消息也发出了',
    twoSockets: '两个 WebSocket，第一个断开之后才有第二个'
  }
}
