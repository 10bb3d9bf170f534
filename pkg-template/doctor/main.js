#!/usr/bin/env node
// npx wafer-client-wasm doctor [目录] [登录地址]
'use strict'
const { statSync } = require('fs')
const { resolve } = require('path')
const { parseArgs } = require('util')
const { examineProject } = require('./project.js')
const { examineServer } = require('./server.js')

const USAGE = `用法：npx wafer-client-wasm doctor [目录] [登录地址] [--method POST]

  目录      小程序项目，默认为当前目录
  登录地址  例如 https://example.com/login，会用一个错误的 code 请求一次
  --method  登录请求的方法，默认 GET

每个问题都给出解决办法。没有问题时退出码为 0，否则为 1。`

const MARKS = { good: '✔', hint: '!', bad: '✘' }

/** @param {{ state: 'good' | 'hint' | 'bad', found: string, cure?: string }} finding */
function print({ state, found, cure }) {
  console.log(`  ${MARKS[state]} ${found}`)
  if (cure) console.log(`    → ${cure}`)
}

function readArguments() {
  const options = { method: { type: 'string', default: 'GET' }, help: { type: 'boolean', short: 'h' } }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  const [command, ...rest] = positionals
  if (values.help || command !== 'doctor' || rest.length > 2) return undefined
  const isUrl = (argument) => /^https?:\/\//i.test(argument)
  const folders = rest.filter((argument) => !isUrl(argument))
  if (folders.length > 1) return undefined
  return { folder: resolve(folders[0] || '.'), url: rest.find(isUrl), method: values.method }
}

async function main() {
  let given
  try {
    given = readArguments()
  } catch (error) {
    console.error(error.message)
  }
  if (!given) {
    console.log(USAGE)
    return 1
  }
  const folder = statSync(given.folder, { throwIfNoEntry: false })
  if (!folder || !folder.isDirectory()) {
    console.log(`目录 ${given.folder} 不存在`)
    return 1
  }
  const groups = [[given.folder, examineProject(given.folder)]]
  if (given.url) groups.push([given.url, await examineServer(given.url, given.method)])
  for (const [title, findings] of groups) {
    console.log(`\n${title}`)
    findings.forEach(print)
  }
  const problems = groups.flatMap(([, findings]) => findings).filter(({ state }) => state === 'bad').length
  console.log(problems ? `\n发现 ${problems} 个问题` : '\n没有发现问题')
  return problems ? 1 : 0
}

main().then((code) => {
  process.exitCode = code
})
