-- Orders for a worker. ARGV: epoch, consumer, now, how many, the lease in milliseconds (0: take nothing over), group (empty: all),
-- then the targets that it may work for. Gives: when the next of the delayed is due, how many are, and of each order stream, entry,
-- how often it was begun, JSON.
local now, most, lease, group = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
for _, waiting in ipairs(redis.call('ZRANGEBYSCORE', P .. ':later', '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', P .. ':later', waiting)
  local stream, id, events, order = string.match(waiting, '^([^\n]*)\n([^\n]*)\n([^\n]*)\n(.*)$')
  put(stream, id, events, order)
end

local targets = {}
for i = 7, #ARGV do
  targets[ARGV[i]] = true
end
local streams = {}
for _, stream in ipairs(redis.call('SMEMBERS', P .. ':streams')) do
  local name, target = string.match(stream, '^([^:]*):?(.*)$')
  if targets[target] and (group == '' or group == name) then
    streams[#streams + 1] = stream
  end
end
table.sort(streams)

local found = {}
local function give(stream, entries)
  for _, entry in ipairs(entries) do
    -- An entry that was deleted while it was claimed is nothing.
    if entry and entry[2] then
      local order
      for j = 1, #entry[2], 2 do
        if entry[2][j] == 'o' then
          order = entry[2][j + 1]
        end
      end
      found[#found + 1] = { stream, entry[1], tonumber(redis.call('HGET', P .. ':begun', entry[1]) or 0), order }
    end
  end
end

for n, stream in ipairs(streams) do
  local key = P .. ':orders:' .. stream
  -- Each stream has its turn, also beside one that is always full.
  local share = math.ceil((most - #found) / (#streams - n + 1))
  if share > 0 then
    local before = #found
    if lease > 0 then
      local cursor = '0-0'
      for _ = 1, 10 do
        local claimed = redis.call('XAUTOCLAIM', key, 'workers', ARGV[2], lease, cursor, 'COUNT', share)
        give(stream, claimed[2])
        cursor = claimed[1]
        if cursor == '0-0' or #found - before >= share then
          break
        end
      end
    end
    share = share - (#found - before)
    if share > 0 then
      local read = redis.call('XREADGROUP', 'GROUP', 'workers', ARGV[2], 'COUNT', share, 'STREAMS', key, '>')
      if read then
        give(stream, read[1][2])
      end
    end
  end
end
wake()
local first = redis.call('ZRANGE', P .. ':later', 0, 0, 'WITHSCORES')
return { first[2] or '', redis.call('ZCARD', P .. ':later'), found }
