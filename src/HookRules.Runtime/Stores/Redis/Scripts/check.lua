-- What has become of events that were forwarded. ARGV: epoch, then their ids. Gives for each: 0 lost, 1 ended, 2 under way.
local states = {}
for i = 2, #ARGV do
  local key = seen(ARGV[i])
  local home = redis.call('HGET', key, ARGV[i])
  if home and home ~= '' then
    keep(key)
  end
  states[#states + 1] = not home and 0 or home == '' and 1 or 2
end
return states
