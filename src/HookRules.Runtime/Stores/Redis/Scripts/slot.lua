-- ARGV: epoch, unit, how many, within milliseconds, who, when. Empty where there is a place, else when there will be one.
local key = P .. ':slot:' .. ARGV[2]
local most, length, now = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[6])
local taken = {}
for _, place in ipairs(redis.call('LRANGE', key, 0, -1)) do
  local at, by = string.match(place, '^(%S+) (.*)$')
  if by == ARGV[5] then
    return ''
  end
  -- What lies further ahead than a whole length was noted before a clock was set back.
  if tonumber(at) + length > now and tonumber(at) <= now + length then
    taken[#taken + 1] = tonumber(at)
  else
    redis.call('LREM', key, 1, place)
  end
end
if #taken >= most then
  table.sort(taken)
  return string.format('%.0f', taken[#taken - most + 1] + length)
end
redis.call('RPUSH', key, string.format('%.0f', now) .. ' ' .. ARGV[5])
redis.call('PEXPIRE', key, length)
return ''
