-- Stands before every script but open.lua. KEYS[1] is P:meta; all keys have one hash tag, so they lie in one slot.
-- ARGV[1] is the epoch that the caller knows: of a Redis that came back empty nobody may take it for the old one.
local P = string.sub(KEYS[1], 1, -6)
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then
  return redis.error_reply('EPOCH the data that was here is gone')
end

local DAY = 86400000
local WEEK_S = 604800
local told = false
local units = {}

-- What was added already, with its publisher; '' where it has ended. An id begins with its time: those of 100 seconds have one hash,
-- which goes a day after the last of them.
local kept = {}
local function seen(id)
  return P .. ':seen:' .. string.sub(id, 1, 8)
end

local function keep(key)
  if not kept[key] then
    kept[key] = true
    redis.call('PEXPIRE', key, DAY)
  end
end

-- Once for each event and order: adding it again is no second one.
local function isNew(id, home)
  local key = seen(id)
  if redis.call('HSETNX', key, id, home) == 0 then
    return false
  end
  keep(key)
  return true
end

local function put(stream, id, events, order)
  if redis.call('SADD', P .. ':streams', stream) == 1 then
    redis.call('XGROUP', 'CREATE', P .. ':orders:' .. stream, 'workers', '0', 'MKSTREAM')
  end
  redis.call('XADD', P .. ':orders:' .. stream, '*', 'i', id, 'n', events, 'o', order)
  told = true
end

-- Whatever waits or runs for an event is a unit of it; with the last one the event has ended.
local function count(events, by)
  for id in string.gmatch(events, '%S+') do
    units[id] = (units[id] or 0) + by
  end
end

-- The orders in ARGV from there on: stream (empty for the dispatcher's own), id, events, JSON.
local function putAll(from)
  for i = from, #ARGV, 4 do
    if isNew(ARGV[i + 1], 'order') then
      count(ARGV[i + 2], 1)
      if ARGV[i] == '' then
        redis.call('XADD', P .. ':events', '*', 'i', ARGV[i + 1], 'n', ARGV[i + 2], 'o', ARGV[i + 3])
        told = true
      else
        put(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
      end
    end
  end
end

-- What has ended is said to its publisher: to the caller by the answer, to others through their stream.
-- An event of one unit has no entry in P:open.
local function settle(home, now)
  local ended = {}
  for id, by in pairs(units) do
    if by ~= 0 then
      local left = tonumber(redis.call('HGET', P .. ':open', id) or 1) + by
      if left > 1 then
        redis.call('HSET', P .. ':open', id, left)
      else
        redis.call('HDEL', P .. ':open', id)
      end
      if left <= 0 then
        local key = seen(id)
        local its = redis.call('HGET', key, id)
        redis.call('HSET', key, id, '')
        keep(key)
        if its == home then
          ended[#ended + 1] = id
        elseif its and its ~= '' then
          local out = P .. ':out:' .. string.match(its, '^[^/]*')
          redis.call('XADD', out, 'MINID', '~', string.format('%.0f', now - DAY), '*', 'i', id, 'h', its)
          redis.call('EXPIRE', out, WEEK_S)
          told = true
        end
      end
    end
  end
  return ended
end

local function wake()
  if told then
    redis.call('PUBLISH', P .. ':wake', '')
  end
end

-- Who has let its lease run out must not end what another one is at by now.
local function isHeld(key, id, consumer)
  local entry = redis.pcall('XPENDING', key, 'workers', id, id, 1)
  return not entry.err and #entry == 1 and entry[1][2] == consumer
end

local function remove(key, id)
  redis.call('XACK', key, 'workers', id)
  redis.call('XDEL', key, id)
  redis.call('HDEL', P .. ':begun', id)
end
