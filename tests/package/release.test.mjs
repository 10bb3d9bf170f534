/** A version is not released with an address that nobody has, an old changelog, or changes that are not committed. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { hashIn, withHash } from '../../scripts/release/hash.mjs'
import { problemsOf } from '../../scripts/release/problems.mjs'

const HASH = 'ab'.repeat(32)
const GOOD = {
  manifest: {
    version: '1.2.3',
    repository: { type: 'git', url: 'git+https://git.wafer.test/wafer/client.git' },
    homepage: 'https://git.wafer.test/wafer/client#readme',
    bugs: { url: 'https://git.wafer.test/wafer/client/issues' }
  },
  version: '1.2.3',
  hash: HASH,
  changelog: withHash('# Changelog\n\n## 1.2.3 – 2027-01-31\n\n- News.\n\n## 1.2.2 – 2027-01-01\n', HASH),
  contributing: 'Write to security@wafer.test.',
  dirty: [],
  tags: ['v1.2.2']
}
const withManifest = (changes) => ({ ...GOOD, manifest: { ...GOOD.manifest, ...changes } })

test('a version that is ready has no problems', () => {
  assert.deepEqual(problemsOf(GOOD), [])
})

for (const [name, found, problem] of [
  ['no repository', withManifest({ repository: undefined }), /repository is missing/],
  [
    'a made-up repository',
    withManifest({ repository: 'https://example.com/wafer/client' }),
    /repository is https/
  ],
  ['no homepage', withManifest({ homepage: undefined }), /homepage is missing/],
  ['no place for bugs', withManifest({ bugs: {} }), /bugs is missing/],
  ['an old package', withManifest({ version: '1.2.2' }), /run make pkg/],
  [
    'no entry in the changelog',
    { ...GOOD, changelog: withHash('## Unreleased\n', HASH) },
    /no heading "## 1\.2\.3/
  ],
  [
    'the hash of another build',
    { ...GOOD, hash: 'cd'.repeat(32) },
    /says that the package's SHA-256 is abab/
  ],
  ['no hash', { ...GOOD, changelog: '## 1.2.3 – 2027-01-31\n' }, /SHA-256 is undefined/],
  [
    'nobody to tell of a security problem',
    { ...GOOD, contributing: 'It does not name an address yet.' },
    /security/
  ],
  ['changes that are not committed', { ...GOOD, dirty: ['js/index.ts'] }, /not committed: js\/index\.ts/],
  ['a number that is taken', { ...GOOD, tags: ['v1.2.3'] }, /tagged already/]
]) {
  test(`a version with ${name} is held back`, () => {
    const problems = problemsOf(found)
    assert.equal(problems.length, 1)
    assert.match(problems[0], problem)
  })
}

test('the hash of the package stands in the newest section of the changelog, once', () => {
  const { changelog } = GOOD
  assert.equal(hashIn(changelog), HASH)
  assert.equal(
    withHash(changelog, 'cd'.repeat(32)),
    `# Changelog\n\n## 1.2.3 – 2027-01-31\n\nSHA-256 of the package: \`${'cd'.repeat(32)}\`\n\n- News.\n\n## 1.2.2 – 2027-01-01\n`
  )
  const next = changelog.replace('## 1.2.3', '## Unreleased\n\n## 1.2.3')
  assert.equal(hashIn(next), undefined, 'the hash of an older version is not that of the next one')
})
