-- Events of a publisher, each once. ARGV: epoch, the most that may wait, home, for each: id, mark, envelope.
-- Gives how many wait; -1 before it where there is no room.
local waiting = redis.call('XLEN', P .. ':events')
if waiting >= tonumber(ARGV[2]) then
  return { -1, waiting }
end

-- Those that share a hash are asked for at once, and noted at once when they are in place: two calls, not one for each event.
local keys, asked = {}, {}
for i = 4, #ARGV, 3 do
  local key = seen(ARGV[i])
  if not asked[key] then
    keys[#keys + 1] = key
    asked[key] = {}
  end
  table.insert(asked[key], i)
end

local events = P .. ':events'
for _, key in ipairs(keys) do
  local places = asked[key]
  local ids, noted, notes = {}, {}, {}
  for n, i in ipairs(places) do
    ids[n] = ARGV[i]
  end
  local known = redis.call('HMGET', key, unpack(ids))
  for n, i in ipairs(places) do
    local id = ARGV[i]
    if not known[n] and not noted[id] then
      redis.call('XADD', events, '*', 'm', ARGV[i + 1], 'e', ARGV[i + 2])
      noted[id] = true
      notes[#notes + 1] = id
      notes[#notes + 1] = ARGV[3]
    end
  end
  if #notes > 0 then
    redis.call('HSET', key, unpack(notes))
    keep(key)
    told = true
    waiting = waiting + #notes / 2
  end
end
wake()
return { 0, waiting }
