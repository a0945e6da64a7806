-- ARGV: epoch, consumer, home, now, stream, entry, its events, then what follows as in putAll. Gives the events that ended; -1 where the
-- order is another one's. What goes comes first: Redis refuses new data when it is full, unless room was made before.
local key = P .. ':orders:' .. ARGV[5]
if not isHeld(key, ARGV[6], ARGV[2]) then
  return -1
end
remove(key, ARGV[6])
count(ARGV[7], -1)
putAll(8)
local ended = settle(ARGV[3], tonumber(ARGV[4]))
wake()
return ended
