-- Ends a transaction whose other command has added an entry with events. Of those that were there already it keeps none, and nothing of
-- the entry where there is no room or the data is gone. Their texts do not pass through here: Lua reads each byte of what it is given.
-- ARGV: epoch, the most that may wait, home, whether to wake the dispatcher, the ids in the order of the entry; without any only the
-- room is asked for.
-- Gives how many wait; -1 before it where there is no room.
local events = P .. ':events'
local several = #ARGV - 4
local entry = several > 0 and 1 or 0

-- Nobody has seen it: the transaction is one piece.
local function takeBack()
  local added = redis.call('XREVRANGE', events, '+', '-', 'COUNT', entry)[1]
  if added then
    redis.call('XDEL', events, added[1])
  end
  return added
end

if isGone then
  takeBack()
  return redis.error_reply(GONE)
end

local entries = redis.call('XLEN', events) - entry
if entries == 0 then
  redis.call('HDEL', KEYS[1], 'more')
end
local waiting = entries + tonumber(redis.call('HGET', KEYS[1], 'more') or 0)
if waiting >= tonumber(ARGV[2]) then
  takeBack()
  return { -1, waiting }
end
if entry == 0 then
  return { 0, waiting }
end

-- Where the ids of a key stand among the arguments.
local places = {}
for i = 5, #ARGV do
  local key = seen(ARGV[i])
  local its = places[key]
  if not its then
    its = {}
    places[key] = its
  end
  its[#its + 1] = i
end
local known = {}
for key, its in pairs(places) do
  local ids, new = {}, {}
  for i, place in ipairs(its) do
    ids[i] = ARGV[place]
  end
  for i, publisher in ipairs(redis.call('HMGET', key, unpack(ids))) do
    if publisher then
      known[its[i] - 4] = true
    else
      new[#new + 1] = ids[i]
      new[#new + 1] = ARGV[3]
    end
  end
  if #new > 0 then
    redis.call('HSET', key, unpack(new))
    keep(key)
  end
end
if next(known) then
  local fields = takeBack()[2]
  local left, shared = {}, ''
  for i = 1, several do
    -- Publisher and plan stand with the first that has them.
    local mark = fields[4 * i - 2]
    local own = string.match(mark, '^[^\n]*\n[^\n]*(\n.*)$')
    if own then
      shared = own
    end
    if not known[i] then
      for _, field in ipairs({ 'm', own and mark or mark .. shared, 'e', fields[4 * i] }) do
        left[#left + 1] = field
      end
    end
  end
  several = #left / 4
  if several > 0 then
    redis.call('XADD', events, '*', unpack(left))
  end
end
if several > 1 then
  redis.call('HINCRBY', KEYS[1], 'more', several - 1)
end
if several > 0 and ARGV[4] == '1' then
  redis.call('PUBLISH', P .. ':wake', '')
end
return { 0, waiting + several }
