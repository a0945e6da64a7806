-- What a dead consumer of the caller's own machine had in hand may be taken at once. ARGV: epoch, now; then the dead. Without any it
-- gives the consumers that have something, and who is dispatcher.
local names = {}
for i = 3, #ARGV do
  names[ARGV[i]] = true
end
local holders = {}
for _, stream in ipairs(redis.call('SMEMBERS', P .. ':streams')) do
  local key = P .. ':orders:' .. stream
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', key, 'workers')) do
    local name, pending, idle
    for j = 1, #consumer, 2 do
      if consumer[j] == 'name' then name = consumer[j + 1] end
      if consumer[j] == 'pending' then pending = consumer[j + 1] end
      if consumer[j] == 'idle' then idle = consumer[j + 1] end
    end
    if #ARGV == 2 then
      if pending > 0 then
        holders[#holders + 1] = name
      elseif idle > DAY then
        redis.call('XGROUP', 'DELCONSUMER', key, 'workers', name)
      end
    elseif names[name] then
      for _, entry in ipairs(redis.call('XPENDING', key, 'workers', '-', '+', 100000, name)) do
        redis.call('XCLAIM', key, 'workers', name, 0, entry[1], 'IDLE', 3600000, 'JUSTID')
      end
    end
  end
end
local dispatcher = redis.call('GET', P .. ':lock:dispatcher')
if dispatcher and names[string.match(dispatcher, '^[^#]*')] then
  redis.call('DEL', P .. ':lock:dispatcher')
end
if dispatcher and #ARGV == 2 then
  holders[#holders + 1] = string.match(dispatcher, '^[^#]*')
end
return holders
