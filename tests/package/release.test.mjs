/** A version is not released with an address that nobody has, an old changelog, or changes that are not committed. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { problemsOf } from '../../scripts/release/problems.mjs'

const GOOD = {
  manifest: {
    version: '1.2.3',
    repository: { type: 'git', url: 'git+https://git.wafer.test/wafer/client.git' },
    homepage: 'https://git.wafer.test/wafer/client#readme',
    bugs: { url: 'https://git.wafer.test/wafer/client/issues' }
  },
  version: '1.2.3',
  changelog: '# Changelog\n\n## 1.2.3 – 2027-01-31\n',
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
  ['no entry in the changelog', { ...GOOD, changelog: '## Unreleased\n' }, /no heading "## 1\.2\.3/],
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
