-- ARGV: epoch, name, token.
local key = P .. ':' .. ARGV[2]
if redis.call('GET', key) == ARGV[3] then
  redis.call('DEL', key)
  redis.call('PUBLISH', P .. ':wake', '')
end
return 1
