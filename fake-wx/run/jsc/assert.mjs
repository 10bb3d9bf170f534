/** node:assert/strict for the shell: npm's assert, which is Node's own in portable form. */
import assert from 'assert'

export default assert.strict
