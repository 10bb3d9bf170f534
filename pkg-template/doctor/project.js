// What can be seen of a project without running it.
'use strict'
const { existsSync, readFileSync, readdirSync } = require('fs')
const { join, relative, sep } = require('path')

const NAME = 'wafer-client-wasm'
const PACKED = `miniprogram_npm/${NAME}`
const SOURCE = /\.(js|ts|mjs|cjs|jsx|tsx|vue|mpx)$/
const NOT_SOURCE = new Set(['node_modules', 'miniprogram_npm', 'dist', 'unpackage', '.git'])
/** The first base library with WXWebAssembly and .wasm.br. */
const BASE_LIBRARY = [2, 14, 0]

const good = (found) => ({ state: 'good', found })
const hint = (found, cure) => ({ state: 'hint', found, cure })
const bad = (found, cure) => ({ state: 'bad', found, cure })

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return undefined
  }
}

/** Files below `folder` for which `wants` is true, dependencies and what was built left out. */
function filesIn(folder, wants, depth = 8) {
  if (depth < 0) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return NOT_SOURCE.has(entry.name) ? [] : filesIn(path, wants, depth - 1)
    return wants(entry.name) ? [path] : []
  })
}

/** The toolchains that bundle JavaScript and need a plugin for the core's file. */
const TOOLCHAINS = [
  {
    name: 'Taro',
    packages: ['@tarojs/cli', '@tarojs/taro'],
    configuration: /(^|\/)config\/[^/]+\.(js|ts|mjs)$/,
    plugin: `${NAME}/taro`,
    cure: `在 config/index.js 的 plugins 里加上 '${NAME}/taro'`,
    outputs: ['dist']
  },
  {
    name: 'uni-app',
    packages: ['@dcloudio/vite-plugin-uni', '@dcloudio/uni-app'],
    configuration: /(^|\/)vite\.config\.(js|ts|mjs|mts)$/,
    plugin: `${NAME}/vite`,
    cure: `在 vite.config.js 里 import wafer from '${NAME}/vite'，并在 plugins 里 uni() 之后加上 wafer()`,
    outputs: ['dist/build/mp-weixin', 'dist/dev/mp-weixin', 'unpackage/dist/build/mp-weixin']
  },
  {
    name: 'mpx',
    packages: ['@mpxjs/webpack-plugin', '@mpxjs/core'],
    configuration: /(^|\/)((webpack|mpx|vue)\.config|build\/[^/]+|config\/[^/]+)\.(js|ts|mjs)$/,
    plugin: `${NAME}/webpack`,
    cure: `在 webpack 配置的 plugins 里加上 new WaferPlugin()，其中 WaferPlugin = require('${NAME}/webpack')`,
    outputs: ['dist/wx']
  }
]

/** What the sources say of the package: where they look for the core, whether they use the fallback. */
function readSources(folder) {
  const text = filesIn(folder, (name) => SOURCE.test(name))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const [, wasmPath] = /wasmPath\s*:\s*['"`]([^'"`$]+)['"`]/.exec(text) || []
  return { wasmPath, usesFallback: text.includes(`${NAME}/fallback`), usesPackage: text.includes(NAME) }
}

/** Whether two files are the same; undefined if one is missing. */
function areEqual(one, other) {
  if (!existsSync(one) || !existsSync(other)) return undefined
  return readFileSync(one).equals(readFileSync(other))
}

/** The files that the project should have: of its own copy of the package, else of the one that runs. */
function distributionFor(folder) {
  const own = join(folder, 'node_modules', NAME, 'miniprogram_dist')
  return existsSync(own) ? own : join(__dirname, '..', 'miniprogram_dist')
}

/** @returns {number[] | undefined} undefined for names such as `latest` */
const versionOf = (text) => (/^\d+(\.\d+)*$/.test(text) ? text.split('.').map(Number) : undefined)

function isBelow(version, floor) {
  const index = floor.findIndex((part, at) => (version[at] || 0) !== part)
  return index >= 0 && (version[index] || 0) < floor[index]
}

function* examineBaseLibrary({ libVersion = 'latest' }, { usesFallback }) {
  const version = versionOf(libVersion)
  if (!version || !isBelow(version, BASE_LIBRARY)) {
    yield good(`调试基础库 ${libVersion}`)
  } else if (usesFallback) {
    yield good(`调试基础库 ${libVersion} 没有 WXWebAssembly，使用 fallback`)
  } else {
    yield bad(
      `调试基础库 ${libVersion} 低于 ${BASE_LIBRARY.join('.')}，没有 WXWebAssembly`,
      `在开发者工具的“详情 → 本地设置”里选择更高的基础库，或者配置 fallback：const fallback = require('${NAME}/fallback')，configure({ fallback: () => fallback })`
    )
  }
}

/** The dependency, as "build npm" and bundlers want it. */
function* examineDependency(folder, manifests) {
  const named = manifests.find(({ json }) => (json.dependencies || {})[NAME])
  const development = manifests.find(({ json }) => (json.devDependencies || {})[NAME])
  if (!named) {
    yield development
      ? bad(`${NAME} 在 devDependencies 里，“构建 npm”只处理 dependencies`, `npm install ${NAME} --save-prod`)
      : bad(`没有一个 package.json 依赖 ${NAME}`, `在 package.json 所在的目录运行 npm install ${NAME}`)
    return
  }
  const installed = readJson(join(named.folder, 'node_modules', NAME, 'package.json'))
  const where = relative(folder, join(named.folder, 'package.json'))
  yield installed
    ? good(`${where} 依赖 ${NAME}，已安装 ${installed.version}`)
    : bad(`${where} 依赖 ${NAME}，但没有安装`, `在 ${relative(folder, named.folder) || '.'} 运行 npm install`)
}

/** A mini-program that bundles by itself: is the plugin there, and did it work? */
function* examineBundled(folder, config, { name, configuration, plugin, cure, outputs }) {
  const files = filesIn(folder, () => true, 2).filter((path) =>
    configuration.test(relative(folder, path).split(sep).join('/'))
  )
  const isConfigured = files.some((path) => readFileSync(path, 'utf8').includes(plugin))
  if (!isConfigured) {
    yield bad(`${name} 的配置里没有插件 ${plugin}，core.wasm.br 不会进入构建结果`, cure)
    return
  }
  yield good(`${name} 的配置里有插件 ${plugin}`)
  const { wasmPath = `/${PACKED}/core.wasm.br` } = readSources(folder)
  const built = [...outputs, config.miniprogramRoot || '.']
    .map((output) => join(folder, output))
    .filter((path) => existsSync(join(path, 'app.json')))
  for (const output of built) {
    const isEqual = areEqual(join(output, wasmPath), join(distributionFor(folder), 'core.wasm.br'))
    const where = relative(folder, join(output, wasmPath))
    if (isEqual) yield good(`${where} 与已安装的版本相同`)
    else {
      yield bad(
        isEqual === false ? `${where} 与已安装的版本不同` : `构建结果里没有 ${where}`,
        '重新构建；如果 configure 里有 wasmPath，插件的 wasmPath 要与它相同'
      )
    }
  }
}

/** A native mini-program: was npm built, where the package looks for it, from this version? */
function* examineNative(folder, config, manifests) {
  const isPlugin = config.compileType === 'plugin'
  const [setting, main] = isPlugin ? ['pluginRoot', 'plugin.json'] : ['miniprogramRoot', 'app.json']
  const root = join(folder, config[setting] || '')
  if (!existsSync(join(root, main))) {
    yield bad(
      `${relative(folder, join(root, main))} 不存在`,
      `project.config.json 的 ${setting} 应指向 ${main} 所在的目录`
    )
    return
  }
  const sources = readSources(root)
  yield* examineBaseLibrary(config, sources)
  if (!sources.usesPackage) yield hint(`源码里没有使用 ${NAME}`, `const qcloud = require('${NAME}')`)

  const app = readJson(join(root, 'app.json')) || {}
  const subpackages = (app.subpackages || app.subPackages || []).map((subpackage) => subpackage.root)
  const places = ['', ...subpackages].filter((place) => existsSync(join(root, place || '', PACKED)))
  if (places.length === 0) {
    const isOutside =
      manifests.length > 0 && manifests.every((manifest) => relative(root, manifest.folder).startsWith('..'))
    const { packNpmManually, packNpmRelationList } = config.setting || {}
    yield bad(
      `没有构建 npm：${PACKED} 不存在`,
      isOutside && !(packNpmManually && packNpmRelationList)
        ? `package.json 在 miniprogramRoot 之外：在 project.config.json 的 setting 里加上 "packNpmManually": true 和 "packNpmRelationList": [{ "packageJsonPath": "./package.json", "miniprogramNpmDistDir": "./${config.miniprogramRoot || ''}" }]，再点“工具 → 构建 npm”`
        : '在微信开发者工具里点“工具 → 构建 npm”'
    )
    return
  }
  const original = distributionFor(
    (manifests.find(({ json }) => (json.dependencies || {})[NAME]) || { folder }).folder
  )
  for (const place of places) {
    for (const name of ['index.js', 'core.wasm.br']) {
      const path = [place, PACKED, name].filter(Boolean).join('/').replace(/\/+/g, '/')
      const isEqual = areEqual(join(root, path), join(original, name))
      if (isEqual) yield good(`${path} 与已安装的版本相同`)
      else {
        yield bad(
          isEqual === false ? `${path} 与已安装的版本不同` : `缺少 ${path}`,
          '在微信开发者工具里重新“构建 npm”，不要手工修改 miniprogram_npm'
        )
      }
    }
  }

  const { wasmPath } = sources
  const inSubpackage = places[0]
  if (wasmPath) {
    yield existsSync(join(root, wasmPath))
      ? good(`wasmPath ${wasmPath} 指向的文件存在`)
      : bad(
          `wasmPath ${wasmPath} 指向的文件不存在`,
          'wasmPath 从代码包的根目录算起；包在分包里时，要写上分包的目录'
        )
  } else if (inSubpackage) {
    const path = `/${inSubpackage}/${PACKED}/core.wasm.br`.replace(/\/+/g, '/')
    yield bad(
      `包在分包 ${inSubpackage} 里，而没有配置 wasmPath`,
      `第一次 configure 时写上 wasmPath: '${path}'`
    )
  }
  if (!sources.usesFallback && !(config.setting || {}).ignoreUploadUnusedFiles) {
    yield hint(
      'fallback.js 没有被使用，但会被上传',
      '在 project.config.json 的 setting 里打开 ignoreUploadUnusedFiles'
    )
  }
}

/**
 * @param {string} folder
 * @returns {Array<{ state: 'good' | 'hint' | 'bad', found: string, cure?: string }>}
 */
exports.examineProject = (folder) => {
  const manifests = filesIn(folder, (name) => name === 'package.json', 3)
    .map((path) => ({ folder: join(path, '..'), json: readJson(path) || {} }))
    .sort((one, other) => one.folder.length - other.folder.length)
  const root = manifests.find((manifest) => manifest.folder === folder)
  const dependencies = root ? { ...root.json.dependencies, ...root.json.devDependencies } : {}
  const toolchain = TOOLCHAINS.find(({ packages }) => packages.some((name) => dependencies[name]))
  const config = {
    ...readJson(join(folder, 'project.config.json')),
    ...readJson(join(folder, 'project.private.config.json'))
  }
  const findings = [...examineDependency(folder, manifests)]
  if (toolchain) findings.push(...examineBundled(folder, config, toolchain))
  else if (existsSync(join(folder, 'project.config.json')) || existsSync(join(folder, 'app.json'))) {
    findings.push(...examineNative(folder, config, manifests))
  } else {
    findings.push(
      bad(
        '这里没有 project.config.json，也没有 Taro、uni-app 或 mpx',
        '在小程序项目的目录里运行，或者给出它：doctor 目录'
      )
    )
  }
  return findings
}
