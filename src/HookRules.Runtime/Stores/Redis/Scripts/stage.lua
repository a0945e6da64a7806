-- How a branch of a stage ended. ARGV: epoch, run of the stage, branch, end, how many branches. Gives all ends to the last one, however
-- often it asks, and nothing to the others.
local key = P .. ':stage:' .. ARGV[2]
redis.call('HSET', key, 'b' .. ARGV[3], ARGV[4])
redis.call('EXPIRE', key, WEEK_S)
local last = redis.call('HGET', key, 'last')
if not last then
  if redis.call('HLEN', key) < tonumber(ARGV[5]) then
    return {}
  end
  redis.call('HSET', key, 'last', ARGV[3])
  last = ARGV[3]
end
if last ~= ARGV[3] then
  return {}
end
local ends = {}
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  if all[i] ~= 'last' then
    ends[#ends + 1] = all[i + 1]
  end
end
return ends
