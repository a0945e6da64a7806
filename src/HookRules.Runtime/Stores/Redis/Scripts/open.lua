-- Makes P:meta where there is none. ARGV: a random epoch (empty: only look), who asks. Gives: the server's version, format, epoch, its clock.
if not redis.REDIS_VERSION_NUM or redis.REDIS_VERSION_NUM < 0x00070000 then
  return { 0, '', '', 0 }
end
if ARGV[1] ~= '' and redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'format', '1', 'epoch', ARGV[1], 'by', ARGV[2])
end
local time = redis.call('TIME')
return { redis.REDIS_VERSION_NUM, redis.call('HGET', KEYS[1], 'format') or '', redis.call('HGET', KEYS[1], 'epoch') or '',
  string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)) }
