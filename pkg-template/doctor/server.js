// Whether a login URL answers as the package needs it: asked once, with a code that no server can accept.
'use strict'
const http = require('http')
const https = require('https')

const MAGIC = 'F2C224D4-2BCE-4C64-AF9F-A6D872000D1A'
const DEADLINE_MS = 15000

const good = (found) => ({ state: 'good', found })
const hint = (found, cure) => ({ state: 'hint', found, cure })
const bad = (found, cure) => ({ state: 'bad', found, cure })

function ask(url, method) {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const headers = { 'X-WX-Code': 'wafer-client-wasm doctor', Accept: 'application/json' }
    const sent = request(url, { method, headers, timeout: DEADLINE_MS }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() })
      )
    })
    sent.on('timeout', () => sent.destroy(new Error(`${DEADLINE_MS / 1000} 秒内没有回答`)))
    sent.on('error', reject)
    sent.end()
  })
}

function parse(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch (error) {
    return undefined
  }
}

const isLocal = ({ hostname }) => /^(localhost|127\.|10\.|192\.168\.|\[::1\])/.test(hostname)

function examineAddress(url) {
  if (url.protocol === 'https:') return good('使用 https')
  return isLocal(url)
    ? hint('使用 http，只能在开发者工具里勾选“不校验合法域名”时使用', '上线之前换成 https')
    : bad('使用 http，而小程序上线后只能请求 https', '给服务器配置证书，并把域名加入“request 合法域名”')
}

const CERTIFICATE = /CERT|SSL|TLS|self.signed|altnames/i

function examineFailure({ code, message }) {
  const words = [code, message].filter(Boolean).join(' ')
  if (CERTIFICATE.test(words)) {
    return bad(`证书无效：${words}`, '换上由受信任机构签发、包含中间证书、没有过期的证书')
  }
  return bad(`服务器没有回答：${words}`, '检查域名解析、端口、防火墙，以及服务器是否在运行')
}

/** How the server spoke, and whether it refused the wrong code. */
function* examineAnswer({ status, text }) {
  const body = parse(text)
  const start = text.trim().slice(0, 60)
  if (!body) {
    yield bad(
      `回答的不是 JSON（HTTP ${status}）：${start}`,
      status === 404 || status === 405
        ? '检查登录地址的路径和方法（--method POST，configure({ loginMethod })）'
        : '检查登录地址，以及网关有没有把请求转给登录服务'
    )
    return
  }
  const isWafer = MAGIC in body
  const isWafer2 = !isWafer && typeof body.code === 'number'
  if (!isWafer && !isWafer2) {
    yield hint(
      `回答的既不是 wafer 也不是 wafer2 的格式（HTTP ${status}）：${start}`,
      '自己的协议：configure({ protocol: { loginRequest, parseLogin, header, isExpired } })'
    )
    return
  }
  yield good(isWafer ? '服务器使用 wafer 协议（默认）' : '服务器使用 wafer2 协议')
  if (isWafer2) yield hint('客户端默认使用 wafer 协议', "configure({ protocol: 'wafer2' })")

  const session = isWafer ? body.session : body.code === 0 && body.data
  const said = [body.error, body.message].filter((words) => typeof words === 'string').join(' ')
  if (session) {
    yield bad(
      '服务器接受了一个错误的 code：任何人都可以登录',
      '检查服务器有没有用 code 调用微信的 jscode2session'
    )
  } else if (/encrypt|iv\b|X-WX-IV|解密|缺少/i.test(said)) {
    yield hint(`服务器登录时还要加密的用户数据：${said}`, "configure({ loginMode: 'code+userInfo' })")
  } else {
    yield good(`服务器拒绝了错误的 code：${said || `HTTP ${status}`}`)
  }
}

/**
 * @param {string} address the login URL
 * @param {string} method
 */
exports.examineServer = async (address, method) => {
  let url
  try {
    url = new URL(address)
  } catch (error) {
    return [bad(`地址 ${address} 无法识别`, '应为完整的地址，例如 https://example.com/login')]
  }
  const findings = [examineAddress(url)]
  try {
    findings.push(...examineAnswer(await ask(url, method)))
  } catch (error) {
    findings.push(examineFailure(error))
  }
  return findings
}
