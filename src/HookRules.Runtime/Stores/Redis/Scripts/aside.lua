-- What no program can make sense of, or a dead letter: where a person finds it. ARGV: epoch, now, home, token or empty, receipt or
-- stream and entry, problem, text.
if ARGV[4] ~= '' and redis.call('GET', P .. ':lock:dispatcher') ~= ARGV[4] then
  return -1
end
local dead = P .. ':dead'
redis.call('XADD', dead, 'MAXLEN', '~', 1000, '*', 'h', ARGV[3], 'why', ARGV[6], 'd', ARGV[7])
redis.call('XTRIM', dead, 'MINID', '~', string.format('%.0f', tonumber(ARGV[2]) - 14 * DAY))
if ARGV[5] ~= '' then
  takeOut({ ARGV[5] })
end
local ended = settle(ARGV[3], tonumber(ARGV[2]))
wake()
return ended
