-- What wrk sends: signed requests of sessions chosen by chance, logins with codes of their own, or both in turn.
local what = os.getenv("BENCH_WHAT")
local sessions = tonumber(os.getenv("BENCH_SESSIONS"))
local run = os.getenv("BENCH_RUN")
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init()
  math.randomseed(number)
  sent = 0
end

local function user()
  local session = math.random(sessions)
  return wrk.format("GET", "/user", {
    ["X-WX-Id"] = string.format("bench-%d", session),
    ["X-WX-Skey"] = os.getenv("BENCH_SKEY") or string.format("skey-%d", session)
  })
end

local function login()
  return wrk.format("GET", "/login", {
    ["X-WX-Code"] = string.format("bench-%s-%d-%d", run, number, sent),
    ["X-WX-Encrypted-Data"] = os.getenv("BENCH_DATA"),
    ["X-WX-IV"] = os.getenv("BENCH_IV")
  })
end

function request()
  sent = sent + 1
  if what == "user" then return user() end
  if what == "login" then return login() end
  if sent % 10 == 0 then return login() end
  return user()
end
