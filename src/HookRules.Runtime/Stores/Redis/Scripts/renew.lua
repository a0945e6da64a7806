-- Still at work. ARGV: epoch, consumer, idle time to note, then stream and entry of each. Gives how many are the caller's.
local mine = 0
for i = 4, #ARGV, 2 do
  local key = P .. ':orders:' .. ARGV[i]
  if isHeld(key, ARGV[i + 1], ARGV[2]) then
    redis.call('XCLAIM', key, 'workers', ARGV[2], 0, ARGV[i + 1], 'IDLE', ARGV[3], 'JUSTID')
    mine = mine + 1
  end
end
if ARGV[3] ~= '0' then
  redis.call('PUBLISH', P .. ':wake', 'claim')
end
return mine
