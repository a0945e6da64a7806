-- ARGV: epoch, consumer, stream, entry, due, stream of what waits, its id, its events, its JSON.
local key = P .. ':orders:' .. ARGV[3]
if not isHeld(key, ARGV[4], ARGV[2]) then
  return -1
end
remove(key, ARGV[4])
redis.call('ZADD', P .. ':later', ARGV[5], ARGV[6] .. '\n' .. ARGV[7] .. '\n' .. ARGV[8] .. '\n' .. ARGV[9])
return 0
