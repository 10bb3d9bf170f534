-- What wrk sends: signed requests of sessions chosen by chance, logins with codes of their own, or both in turn. Texts are
-- put together beforehand as far as they go: what wrk spends on them, the servers that are measured beside it lack.
local what = os.getenv("BENCH_WHAT")
local sessions = tonumber(os.getenv("BENCH_SESSIONS"))
local skey = os.getenv("BENCH_SKEY") or "skey-%d"
local threads = 0
local user, login

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
  loader = thread
end

function init()
  math.randomseed(number)
  sent = 0
  user = wrk.format("GET", "/user", { ["X-WX-Id"] = "bench-%d", ["X-WX-Skey"] = skey })
  local code = string.format("bench-%s-%d-%%d", os.getenv("BENCH_RUN"), number)
  local data, iv = os.getenv("BENCH_DATA"), os.getenv("BENCH_IV")
  login = wrk.format("GET", "/login", { ["X-WX-Code"] = code, ["X-WX-Encrypted-Data"] = data, ["X-WX-IV"] = iv })
end

function request()
  sent = sent + 1
  if what == "login" or (what == "both" and sent % 10 == 0) then return string.format(login, sent) end
  local session = math.random(sessions)
  return string.format(user, session, session)
end

-- Refusals have HTTP 200 too. Looking for them costs wrk something, which does not count beside a login.
if what ~= "user" then
  refused = 0
  function response(status, headers, body)
    if body:find('"error"', 1, true) then refused = refused + 1 end
  end
  function done(summary)
    io.write(string.format("Refused: %d of %d\n", loader:get("refused"), summary.requests))
  end
end
