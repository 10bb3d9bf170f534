-- The requests that wrk sends: signed requests of random sessions, logins with codes of their own, or both in turn.
-- Texts are prepared as far as possible, because wrk and the servers share the processor.
local what = os.getenv("BENCH_WHAT")
local sessions = tonumber(os.getenv("BENCH_SESSIONS"))
local skey = os.getenv("BENCH_SKEY") or "skey-%d"
local threads = 0
local user, logins

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
  logins = {}
  for line in io.lines(os.getenv("BENCH_USER_DATA")) do
    local data, iv = line:match("(%S+) (%S+)")
    local headers = { ["X-WX-Code"] = code, ["X-WX-Encrypted-Data"] = data, ["X-WX-IV"] = iv }
    table.insert(logins, wrk.format("GET", "/login", headers))
  end
end

function request()
  sent = sent + 1
  if what == "login" or (what == "both" and sent % 10 == 0) then
    return string.format(logins[math.random(#logins)], sent)
  end
  local session = math.random(sessions)
  return string.format(user, session, session)
end

-- A refusal has HTTP 200 too, so it must be found in the body. That costs wrk little beside a login. Signed requests
-- are checked before the measurement instead.
refused = 0
if what ~= "user" or os.getenv("BENCH_CHECK") then
  function response(status, headers, body)
    if body:find('"error"', 1, true) then refused = refused + 1 end
  end
end

-- The second line shows whether wrk itself was the bottleneck.
function done(summary)
  io.write(string.format("Refused: %d of %d\n", loader:get("refused"), summary.requests))
  io.write(string.format("wrk used %f s of a processor\n", os.clock()))
end
