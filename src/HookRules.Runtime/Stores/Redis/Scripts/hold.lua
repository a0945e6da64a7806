-- A role or a busy key. ARGV: epoch, name, token, milliseconds. Gives 1 where it is taken now, 2 where it is the caller's already.
local key = P .. ':' .. ARGV[2]
local holder = redis.call('GET', key)
if not holder then
  redis.call('SET', key, ARGV[3], 'PX', ARGV[4])
  return 1
end
if holder ~= ARGV[3] then
  return 0
end
redis.call('PEXPIRE', key, ARGV[4])
return 2
