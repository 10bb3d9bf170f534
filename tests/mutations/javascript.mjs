/**
 * Ways to break js/ on purpose: in `file`, `find` (which stands there once) becomes `put`; then one of the stories of
 * `tests`, run on the package with that change in it, has to fail. Sorted by the rule that breaks.
 */
const answer = 'js/steps/answer.ts'
const calls = 'js/app/calls.ts'
const commands = 'js/steps/commands.ts'
const configuration = 'js/app/configuration.ts'
const deliveries = 'js/app/deliveries.ts'
const errors = 'js/app/errors.ts'
const events = 'js/app/events.ts'
const failures = 'js/core/failures.ts'
const headers = 'js/app/headers.ts'
const loader = 'js/core/loader.ts'
const host = 'js/host/wx.ts'
const login = 'js/steps/login.ts'
const pending = 'js/steps/pending.ts'
const places = 'js/core/places.ts'
const queue = 'js/core/queue.ts'
const request = 'js/steps/request.ts'
const returns = 'js/host/returns.ts'
const secrets = 'js/app/secrets.ts'
const send = 'js/steps/send.ts'
const session = 'js/app/session.ts'
const tunnel = 'js/steps/tunnel.ts'
const userInfo = 'js/steps/user-info.ts'
const values = 'js/core/values.ts'

const client = (...names) => names.map((name) => `tests/client/${name}.test.mjs`)
const badInput = (...names) => names.map((name) => `tests/bad-input/${name}.test.mjs`)

export const javascriptMutations = [
  // A latch is let go whatever is thrown meanwhile
  {
    what: 'what the app is told may throw where it is told',
    file: deliveries,
    find: '      try {\n        delivery()\n      } catch (error) {\n        throwLater(error)\n      }',
    put: '      delivery()',
    tests: client('throwing')
  },
  {
    what: 'a console that throws is let through',
    file: events,
    find: "runCallback(() => console[isBad ? 'error' : 'log']('[wafer-client-wasm]', event))",
    put: "console[isBad ? 'error' : 'log']('[wafer-client-wasm]', event)",
    tests: client('rubbish')
  },
  {
    what: 'a callback that throws is let through',
    file: calls,
    find: '    try {\n      callback(result_)\n    } catch (error) {\n      throwLater(error)\n    }',
    put: '    callback(result_)',
    tests: badInput('callbacks')
  },
  {
    what: 'complete that throws is let through',
    file: calls,
    find: '    try {\n      complete_(result_)\n    } catch (error) {\n      throwLater(error)\n    }',
    put: '    complete_(result_)',
    tests: client('throwing')
  },
  // Rubbish is not a trap
  {
    what: 'a core that traps while it is read goes on',
    file: queue,
    find: '    crash(error)\n    throw error\n',
    put: '    throw error\n',
    tests: client('trap')
  },
  {
    what: 'an answer that throws when it is read is left',
    file: answer,
    find: '  } catch (error) {\n    failed(call, turn_, error)\n  }',
    put: '  } finally {\n  }',
    tests: client('throwing')
  },
  {
    what: 'an answer of a login step that throws when it is read is left',
    file: host,
    find: '    } catch (error) {\n      failed(error)\n    }\n  }\n  options.fail',
    put: '    } finally {\n    }\n  }\n  options.fail',
    tests: client('throwing')
  },
  {
    what: 'a field that throws is an exception out of wasm',
    file: values,
    find: '    try {\n      return hold(value[words[name]])\n    } catch (error) {\n      return 0\n    }',
    put: '    return hold(value[words[name]])',
    tests: client('rubbish')
  },
  {
    what: 'an object that does not name its keys is an exception out of wasm',
    file: values,
    find: '    } catch (error) {\n      // It cannot be listed.\n    }',
    put: '    } finally {\n      // It cannot be listed.\n    }',
    tests: client('throwing')
  },
  {
    what: 'an answer that is frozen is an exception out of wasm',
    file: values,
    find: 'values[record][words[name]] = values[place]\n    } catch (error) {',
    put: 'values[record][words[name]] = values[place]\n    } finally {',
    tests: client('throwing')
  },
  {
    what: 'what a server says is read without care',
    file: failures,
    find: 'if (words) detail[key] = words\n      }\n    }\n  } catch (error) {',
    put: 'if (words) detail[key] = words\n      }\n    }\n  } finally {',
    tests: client('throwing')
  },
  {
    what: 'words are asked of any object',
    file: secrets,
    find: "(isWord(value) ? redacted(value) + '' : '')",
    put: "(value == null ? '' : redact(String(value)))",
    tests: client('rubbish')
  },
  {
    what: 'a plain answer is looked for without care',
    file: answer,
    find: 'return succeedAtRest(call, answer)\n    } catch (error) {',
    put: 'return succeedAtRest(call, answer)\n    } finally {',
    tests: client('throwing')
  },
  {
    what: 'an error that throws when it is read is told as it is',
    file: secrets,
    find: 'if (part !== undefined) copy[redact(key)] = part\n    }\n  } catch (error) {',
    put: 'if (part !== undefined) copy[redact(key)] = part\n    }\n  } finally {',
    tests: client('rubbish')
  },
  // Additions to Object.prototype
  {
    what: 'options of configure are whatever `in` finds',
    file: configuration,
    find: 'for (const key of keys(values)) {',
    put: 'for (const key in values) {',
    tests: client('rubbish')
  },
  {
    what: 'what every object has is a known option',
    file: configuration,
    find: '  __proto__: null as unknown as Rule,\n  loginUrl',
    put: '  loginUrl',
    tests: badInput('configuration')
  },
  {
    what: 'an addition to Object.prototype is a header',
    file: headers,
    find: 'if (!{}.hasOwnProperty.call(copy, name) || isFit(name, value)) continue',
    put: 'if (isFit(name, value)) continue',
    tests: client('rubbish')
  },
  {
    what: 'a promised socket is taken for the socket',
    file: tunnel,
    find: '  if (answer && isFunction(answer.then)) answer.then(attach, failed)\n  else attach(answer)',
    put: '  attach(answer)',
    tests: client('tunnel-lost')
  },
  {
    what: 'a promised socket that comes too late stays open',
    file: tunnel,
    find: '    else shut(socket)\n',
    put: '',
    tests: client('tunnel-lost')
  },
  {
    what: 'an addition to Object.prototype is a method of tunnels',
    file: tunnel,
    find: 'for (const name of keys(prototype)) own[name] = own[name].bind(own)',
    put: 'for (const name in prototype) own[name] = own[name].bind(own)',
    tests: client('rubbish')
  },
  {
    what: 'a header that is called like a member of objects is left out',
    file: headers,
    find: 'if (isMissing(value) || OWN.has(lower(name))) return false',
    put: 'if (isMissing(value) || name in {} || OWN.has(lower(name))) return false',
    tests: client('rubbish')
  },
  // Secrets
  {
    what: 'a code is no secret',
    file: login,
    find: '    keepSecret(code)\n',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'a session is no secret once it is gone',
    file: session,
    find: '  keepSecret(parts.data)\n',
    put: '',
    tests: client('secrets-told', 'rubbish')
  },
  {
    what: 'what wx.getUserInfo gives is no secret',
    file: userInfo,
    find: '    keepSecret([encryptedData, iv, signature])\n',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'user data that the app brings is no secret',
    file: request,
    find: 'if (call.userData_) keepSecret(call.userData_)',
    put: '',
    tests: client('secrets-told', 'rubbish')
  },
  {
    what: 'what a protocol of one’s own sends to log in is no secret',
    file: login,
    find: '  keepSecret([options.data, options.header])\n',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'a session of a protocol of one’s own is no secret',
    file: session,
    find: '  keepSecret(given)\n',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'the parts of a header are no secrets',
    file: secrets,
    find: '[secret].concat(secret.split(/[\\s,;="]+/))',
    put: '[secret]',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in a URL is not known',
    file: secrets,
    find: '|%(?:25)*[^89ab]\\\\w(?:%(?:25)*[89ab]\\\\w)*',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in a URL within a URL is not known',
    file: secrets,
    find: '|%(?:25)*[^89ab]',
    put: '|%[^89ab]',
    tests: client('secrets-told')
  },
  {
    what: 'a sign of several bytes in a URL is not known',
    file: secrets,
    find: '(?:%(?:25)*[89ab]\\\\w)*',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in a form is not known',
    file: secrets,
    find: '${sign}+]',
    put: '${sign}]',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in JSON is not known',
    file: secrets,
    find: '`\\\\\\\\{0,9}(?:',
    put: '`(?:',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in JSON as ASCII is not known',
    file: secrets,
    find: '|u\\\\w{4}|',
    put: '|',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in HTML is not known',
    file: secrets,
    find: '|&#?\\\\w+;',
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'a secret in capitals is not known',
    file: secrets,
    find: "RegExp(pattern, 'gi')",
    put: "RegExp(pattern, 'g')",
    tests: client('secrets-told')
  },
  {
    what: 'a number is no secret',
    file: secrets,
    find: 'if (isWord(value)) {',
    put: "if (typeof value === 'string') {",
    tests: client('secrets-told')
  },
  {
    what: 'a name is no secret',
    file: secrets,
    find: 'copy[redact(key)] = part',
    put: 'copy[key] = part',
    tests: client('secrets-told')
  },
  {
    what: 'bytes are told one by one',
    file: secrets,
    find: 'depth > DEEPEST || !isMissing(value.byteLength)',
    put: 'depth > DEEPEST',
    tests: client('secrets-told')
  },
  {
    what: 'what follows the beginning of a long secret is told',
    file: secrets,
    find: " + (part.length > LONGEST ? '\\\\S*' : '')",
    put: '',
    tests: client('secrets-told')
  },
  {
    what: 'a part is taken out before its whole',
    file: secrets,
    find: 'other.length - one.length',
    put: 'one.length - other.length',
    tests: client('secrets-told')
  },
  {
    what: 'the detail of an error is what came from outside',
    file: failures,
    find: 'redacted(given || (call && (call.cause_ || (call.answer_ && explain(call.answer_)))))',
    put: '(given || (call && (call.cause_ || (call.answer_ && explain(call.answer_)))))',
    tests: client('secrets-told')
  },
  {
    what: 'the detail of a tunnel’s error is what came from outside',
    file: tunnel,
    find: 'redacted(detail) || null',
    put: 'detail || null',
    tests: client('secrets-told')
  },
  {
    what: 'the detail of a refused option is what was thrown',
    file: errors,
    find: 'new RequestError(ERR_INVALID_PARAMS, message, redacted(detail))',
    put: 'new RequestError(ERR_INVALID_PARAMS, message, detail)',
    tests: client('secrets-told')
  },
  // Places are judged at each send
  {
    what: 'a place that js/ trusted once stays so',
    file: places,
    find: '  origins = []\n  trusted = new Set()\n}',
    put: '}',
    tests: client('passes')
  },

  {
    what: 'what contains the login URL goes out under a pass',
    file: places,
    find: 'return text.includes(loginMark) || /[%\\\\\\0- ]/.test(text)',
    put: 'return /[%\\\\\\0- ]/.test(text)',
    tests: client('passes')
  },
  {
    what: 'what may spell the login URL goes out under a pass',
    file: places,
    find: 'return text.includes(loginMark) || /[%\\\\\\0- ]/.test(text)',
    put: 'return text.includes(loginMark)',
    tests: client('passes')
  },
  {
    what: 'a login URL with a query is looked for in the path alone',
    file: places,
    find: "isQueryMarked = ('' + settings.loginUrl).includes('?')",
    put: 'isQueryMarked = false',
    tests: client('passes')
  },

  // Refusals of other kinds
  {
    what: 'a downloaded file of text is no refusal',
    file: answer,
    find: '!/json|text/i.test(contentType_)',
    put: '!/json/i.test(contentType_)',
    tests: client('transfers')
  },
  {
    what: 'a downloaded file of unknown type is no refusal',
    file: answer,
    find: 'if (contentType_ && !',
    put: 'if (!',
    tests: client('transfers')
  },
  {
    what: 'a file that is never read keeps its download',
    file: answer,
    find: 'const end = within(READ_MS, done)',
    put: 'const end = READ_MS ? done : within(READ_MS, done)',
    tests: client('transfers')
  },
  {
    what: 'a byte order mark hides a refusal in bytes',
    file: answer,
    find: 'let index = bytes[0] === 0xef ? 3 : 0',
    put: 'let index = 0',
    tests: client('transfers', 'passes')
  },
  {
    what: 'white space hides a refusal in bytes',
    file: answer,
    find: '  while (bytes[index] <= 32) index++\n',
    put: '',
    tests: client('transfers', 'passes')
  },
  {
    what: 'a long refusal in bytes is none',
    file: answer,
    find: 'const LONGEST_REFUSAL = 1 << 20',
    put: 'const LONGEST_REFUSAL = 4096',
    tests: client('transfers', 'passes')
  },
  {
    what: 'white space hides a refusal in text',
    file: answer,
    find: '    text = text.trim()\n',
    put: '',
    tests: client('rubbish')
  },
  {
    what: 'a download’s content type is not noted',
    file: answer,
    find: "    call.contentType_ = String(headersOf(answer)['content-type'] || '')",
    put: '    headersOf(answer)',
    tests: client('transfers')
  },
  {
    what: 'a refusal in a chunk is none',
    file: answer,
    find: 'call.chunk_ ? { data: call.chunk_ } : answer',
    put: 'answer',
    tests: client('tasks')
  },
  {
    what: 'under a pass, a refusal in a chunk is none',
    file: answer,
    find: ' && !call.chunk_',
    put: '',
    tests: client('tasks')
  },
  {
    what: 'the chunk of a refusal is taken for that of the answer after it',
    file: send,
    find: 'call.pendingMs_ = call.chunk_ = 0',
    put: 'call.pendingMs_ = 0',
    tests: client('tasks')
  },
  {
    what: 'then() of a settled task ignores what went wrong',
    file: calls,
    find: '      throw result_',
    put: '      return result_',
    tests: client('tasks')
  },
  {
    what: 'then() of a settled task calls the wrong listener',
    file: calls,
    find: 'const listener = isGood ? fulfilled : rejected',
    put: 'const listener = fulfilled',
    tests: client('tasks')
  },
  {
    what: 'then() of a settled task calls what is no function',
    file: calls,
    find: 'if (isFunction(listener)) return listener(result_)',
    put: 'if (listener) return listener(result_)',
    tests: client('tasks')
  },
  // The guard of requests
  {
    what: 'a request is given up half a minute early',
    file: pending,
    find: 'const waitedMs = rank > AT_ONCE ? -PERIOD_MS : call.pendingMs_\n',
    put: 'const waitedMs = rank > AT_ONCE ? -PERIOD_MS : call.pendingMs_ + PERIOD_MS\n',
    tests: client('settles-once')
  },
  {
    what: 'time in wx’s queue counts',
    file: pending,
    find: 'const AT_ONCE = 10',
    put: 'const AT_ONCE = 1000',
    tests: client('timers')
  },
  {
    what: 'the retry inherits the time of what it repeats',
    file: send,
    find: 'call.pendingMs_ = call.chunk_ = 0',
    put: 'call.chunk_ = 0',
    tests: client('timers')
  },
  {
    what: 'each call that waits has a timer of its own',
    file: pending,
    find: '  if (isWatching) return\n',
    put: '',
    tests: client('timers')
  },
  {
    what: 'a request is looked at once only',
    file: pending,
    find: '    watchPending()\n    const rank',
    put: '    const rank',
    tests: client('settles-once')
  },
  {
    what: 'the core’s timer is set beside the one before',
    file: commands,
    find: '      clearTimeout(timer)\n      timer = setTimeout',
    put: '      timer = setTimeout',
    tests: client('timers')
  },
  // Log-out
  {
    what: 'a log-out that cannot delete writes nothing over the session',
    file: session,
    find: "callWxSync('removeStorageSync', SESSION_KEY) !== null || store('')",
    put: "callWxSync('removeStorageSync', SESSION_KEY) !== null",
    tests: client('rubbish')
  },
  {
    what: 'a log-out that storage refuses is silent',
    file: commands,
    find: "if (!removeStored()) emit('storage-failed', ERR_STORAGE)",
    put: 'removeStored()',
    tests: client('rubbish')
  },
  {
    what: 'a session that cannot be stored leaves the one before it',
    file: commands,
    find: "  removeSession()\n  emit('storage-failed', ERR_STORAGE)",
    put: "  emit('storage-failed', ERR_STORAGE)",
    tests: client('settles-once')
  },
  {
    what: 'a log-out waits for the module',
    file: commands,
    find: '  if (!liveCore) removeSession()\n',
    put: '',
    tests: client('log-out')
  },
  {
    what: 'a log-out is lost with the instance',
    file: commands,
    find: '    if (isLoggingOut) removeSession()\n',
    put: '',
    tests: client('trap')
  },
  // A lost instance
  {
    what: 'the next instance is not told of the logins before it',
    file: queue,
    find: 'steps.unshift([tellRecentLogins], [tellObserved], [tellSettings])',
    put: 'steps.unshift([tellObserved], [tellSettings])',
    tests: client('trap')
  },
  {
    what: 'the logins of an instance are not noted',
    file: commands,
    find: '      rememberLogins(second)\n',
    put: '',
    tests: client('trap')
  },
  {
    what: 'the answer to a lost instance counts for the next',
    file: queue,
    find: 'if (asking === instance) then(...given)',
    put: 'then(...given)',
    tests: client('trap')
  },
  {
    what: 'what a lost instance knew stays',
    file: queue,
    find: '  core = undefined\n  instance++\n  forget()\n',
    put: '  core = undefined\n  instance++\n',
    tests: client('trap')
  },
  {
    what: 'calls of a lost instance are left hanging',
    file: queue,
    find: '  for (const call of pendingCalls()) settleAndTell(call, State.Failed, error)\n',
    put: '',
    tests: client('trap')
  },
  {
    what: 'tunnels of a lost instance are left hanging',
    file: queue,
    find: '  if (lost) lost(error)\n',
    put: '  void lost\n',
    tests: client('tunnel-lost')
  },
  {
    what: 'a module that never comes is waited for',
    file: loader,
    find: '      if (loading !== own) return\n',
    put: "      if (loading !== own || error === 'timeout') return\n",
    tests: client('loading')
  },
  {
    what: 'the module is loaded once for each that asks',
    file: loader,
    find: 'if (liveCore || (loading && loading.path_ === path_)) return',
    put: 'if (liveCore) return',
    tests: client('loading')
  },
  {
    what: 'the logins of a lost instance count for ever',
    file: commands,
    find: '    timer = setTimeout(forgetLogins, MINUTE_MS)\n',
    put: '',
    tests: client('trap')
  },
  {
    what: 'the logins of an instance count until it is lost',
    file: commands,
    find: '      if (!timer) forgetLogins()\n',
    put: '',
    tests: client('trap')
  },
  // Calls
  {
    what: 'an id in use is given again',
    file: calls,
    find: 'if (slots[slot] || lastId === ID_BITS)',
    put: 'if (lastId === ID_BITS)',
    tests: ['tests/package/ids.test.mjs']
  },
  {
    what: 'the ids begin with 0 again, which is none',
    file: calls,
    find: 'if (lastId && !slots[slot]) return slot',
    put: 'if (!slots[slot]) return slot',
    tests: ['tests/package/ids.test.mjs']
  },
  {
    what: 'an id in use is given again by the search for a free one',
    file: calls,
    find: 'if (lastId && !slots[slot]) return slot',
    put: 'if (lastId) return slot',
    tests: ['tests/package/ids.test.mjs']
  },
  {
    what: 'calls are lost as their table grows',
    file: calls,
    find: '      for (const call of pending) slots[call.id_ & slotBits] = call\n',
    put: '',
    tests: ['tests/package/ids.test.mjs']
  },
  {
    what: 'an answer that comes twice counts twice',
    file: answer,
    find: '(answer: any) => {\n  if (call.turn_ !== turn) return\n',
    put: '(answer: any) => {\n',
    tests: client('settles-once', 'passes')
  },
  {
    what: 'a failure that comes twice counts twice',
    file: answer,
    find: '  ignoreRejection(call.task_)\n  if (call.turn_ !== turn) return\n',
    put: '  ignoreRejection(call.task_)\n',
    tests: client('passes')
  },
  {
    what: 'what wx says of an aborted request counts',
    file: commands,
    find: '        call.turn_++\n        applyTo(call.task_',
    put: '        applyTo(call.task_',
    tests: client('passes')
  },
  // The pass
  {
    what: 'a call under the pass forgets which session signed it',
    file: request,
    find: 'send(call, granted.facts_ + facts, granted.header_, call.userData_)',
    put: 'send(call, facts, granted.header_, call.userData_)',
    tests: client('late-expiry', 'passes')
  },
  {
    what: 'a pass is for calls that it does not cover, too',
    file: request,
    find: ' && facts < granted.below_',
    put: '',
    tests: client('passes')
  },
  {
    what: 'an empty URL is handed to the core',
    file: request,
    find: "      checkText(api, 'url', own.url)\n      handOver",
    put: '      handOver',
    tests: badInput('options')
  },
  {
    what: 'the pass outlives what changes the core',
    file: queue,
    find: '    isDraining = true\n    pass = undefined\n',
    put: '    isDraining = true\n',
    tests: client('passes')
  },
  {
    what: 'the pass outlives its instance',
    file: queue,
    find: '  steps = []\n  pass = undefined\n',
    put: '  steps = []\n',
    tests: client('trap', 'passes')
  },
  {
    what: 'an error of HTTP is a plain answer',
    file: answer,
    find: 'if (isPlain && (statusCode < REDIRECTION || isMissing(statusCode))) return',
    put: 'if (isPlain) return',
    tests: client('other-servers', 'passes')
  },
  {
    what: 'bytes are a plain answer',
    file: answer,
    find: 'data[field_] == value_ && (data.constructor === Object || data.byteLength == null)',
    put: 'data[field_] == value_',
    tests: client('transfers', 'passes')
  },
  {
    what: 'a body with the server’s mark is a plain answer',
    file: answer,
    find: 'data[field_] == value_ && (data.constructor === Object || data.byteLength == null)',
    put: '(data.constructor === Object || data.byteLength == null)',
    tests: client('passes')
  },
  {
    what: 'any text is a plain answer',
    file: answer,
    find: 'isString(data) && value_ == null && !call.chunk_ && data.indexOf(field_) < 0',
    put: 'isString(data)',
    tests: client('passes')
  },
  // A protocol of the developer's own
  {
    what: 'a frozen session of a protocol of one’s own is written to',
    file: session,
    find: 'const stored = { protocol: ownName(), session, userInfo: known }',
    put: 'const stored = assign(session, { protocol: ownName(), session: assign({}, session) })',
    tests: client('other-servers')
  },
  {
    what: 'isExpired is asked of calls that were not signed',
    file: answer,
    find: 'if (facts_ >= Fact.Generation && statusCode < SERVER_ERROR) {',
    put: 'if (statusCode < SERVER_ERROR) {',
    tests: client('other-servers')
  },
  {
    what: 'isExpired is asked of a server that is not itself',
    file: answer,
    find: 'if (facts_ >= Fact.Generation && statusCode < SERVER_ERROR) {',
    put: 'if (facts_ >= Fact.Generation) {',
    tests: client('other-servers')
  },
  {
    what: 'another protocol gets the session of the one before',
    file: configuration,
    find: 'else if (identityOf(customProtocol) !== before) protocolNumber = ++lastOwnNumber',
    put: 'else if (!before) protocolNumber = ++lastOwnNumber',
    tests: client('rubbish')
  },
  {
    what: 'a session in the storage is this protocol’s, whoever stored it',
    file: session,
    find: 'if (stored.protocol === ownName()) return',
    put: 'return',
    tests: client('other-servers')
  },
  {
    what: 'a header of undefined is sent',
    file: session,
    find: '!isScalar(data[name]) || /undefined|\\[object/.test(data[name])',
    put: '!isScalar(data[name])',
    tests: client('other-servers')
  },
  {
    what: 'a session is taken that the storage cannot give back',
    file: session,
    find: 'isObject(given) && parse(skey)',
    put: 'isObject(given) && given',
    tests: client('other-servers')
  },
  {
    what: 'a promise of a protocol’s function is taken for its answer',
    file: session,
    find: 'if (isObject(answer) && isFunction(answer.then)) {',
    put: 'if (isFunction(answer)) {',
    tests: client('rubbish')
  },
  {
    what: 'what no header can carry is a key',
    file: host,
    find: "value !== '' && !/[\\0-\\x1f\\x7f]/.test(value)",
    put: "value !== ''",
    tests: client('upgrade')
  },
  // Tunnels
  {
    what: 'what was hung up is still heard',
    file: tunnel,
    find: '  tunnel.link_++\n  tunnel.status = status\n',
    put: '  tunnel.status = status\n',
    tests: client('tunnel-lost', 'tunnel')
  },
  {
    what: 'a socket that opens after it was given up stays open',
    file: tunnel,
    find: '      if (socket !== tunnel.socket_) shut(socket)\n',
    put: '',
    tests: client('tunnel-lost', 'tunnel-worlds')
  },
  {
    what: 'a socket of before is listened to',
    file: tunnel,
    find: 'if (socket === tunnel.socket_) receive(tunnel, (event || 0).data)',
    put: 'receive(tunnel, (event || 0).data)',
    tests: client('tunnel-lost')
  },
  {
    what: 'any number of messages wait',
    file: tunnel,
    find: ' || this.queue_.length === LONGEST_QUEUE) {',
    put: ') {',
    tests: badInput('tunnel')
  },
  {
    what: 'what is said to a closed tunnel waits for the next time',
    file: tunnel,
    find: 'if ((this.status === CLOSED && this.link_) || this',
    put: 'if (this',
    tests: badInput('tunnel')
  },
  {
    what: 'the host is listened to for ever',
    file: tunnel,
    find: 'tunnels.some((other) => other)\n',
    put: 'true\n',
    tests: client('tunnel-returns')
  },
  {
    what: 'a network that goes is one that comes back',
    file: returns,
    find: '  if ((status || 0).isConnected !== false) waiting',
    put: '  waiting',
    tests: client('tunnel-returns')
  },
  {
    what: 'a second tunnel takes the place of the first',
    file: tunnel,
    find: '    while (tunnels[this.number_]) this.number_++\n',
    put: '',
    tests: client('tunnel')
  },
  {
    what: 'a socket whose send throws is thought to be well',
    file: tunnel,
    find: '  } catch (error) {\n    lost(error)\n  }',
    put: '  } catch (error) {}',
    tests: client('tunnel-lost')
  },
  {
    what: 'a message may be called like an event',
    file: tunnel,
    find: "(EVENTS.indexOf(event) > 0 ? '@' : '') + event",
    put: 'event',
    tests: client('tunnel')
  },
  {
    what: 'all tunnels come back in the same moment',
    file: tunnel,
    find: 'first = Math.random(),',
    put: 'first = 0.5,',
    tests: client('tunnel-lost')
  },
  {
    what: 'no tries are five',
    file: tunnel,
    find: 'numberOf(statics.MAX_RECONNECT_TRY_TIMES),',
    put: 'numberOf(statics.MAX_RECONNECT_TRY_TIMES || 5),',
    tests: badInput('tunnel')
  }
]
