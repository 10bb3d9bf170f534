/** Describes the machine of the measurements, without anything that tells whose it is. */
import { execFileSync } from 'node:child_process'
import { arch, cpus, platform, totalmem } from 'node:os'

/** The shell has no --version, so the version is that of Debian's package. */
function jscVersion() {
  try {
    const listed = execFileSync('dpkg-query', ['--search', '*/bin/jsc'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore']
    })
    const name = listed.split(': ')[0]
    return execFileSync('dpkg-query', ['--show', '--showformat=${Version}', name], { encoding: 'utf8' })
  } catch {
    return 'unknown version'
  }
}

export function describeMachine() {
  const processors = cpus()
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    v8: process.versions.v8,
    javaScriptCore: jscVersion()
  }
}
