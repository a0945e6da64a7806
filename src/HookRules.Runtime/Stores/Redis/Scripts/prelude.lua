-- Stands behind seen.lua before every script but open.lua and add.lua.
if isGone then
  return redis.error_reply(GONE)
end

local WEEK_S = 604800
local told = false
local units = {}

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

-- What the dispatcher is done with goes out of its entry, and is a unit less of its event. A receipt is the entry's id; where that is of
-- one event, its id behind a slash; where the entry has several, also the event's place in it and how many there are.
local function takeOut(receipts)
  local events = P .. ':events'
  local packs = {}
  for _, receipt in ipairs(receipts) do
    local id, event, place, of = string.match(receipt, '^([^/]*)/?([^/]*)/?([^/]*)/?(.*)$')
    if of ~= '' then
      packs[id] = packs[id] or { of = tonumber(of), count = 0, places = {} }
      if not packs[id].places[place] then
        packs[id].places[place] = event
        packs[id].count = packs[id].count + 1
      end
    else
      if event == '' then
        local entry = redis.call('XRANGE', events, id, id)[1]
        if entry then
          for j = 1, #entry[2], 2 do
            if entry[2][j] == 'n' then
              event = entry[2][j + 1]
            end
          end
        end
      end
      if redis.call('XDEL', events, id) == 1 then
        count(event, -1)
      end
    end
  end
  for id, pack in pairs(packs) do
    -- The places that are done, as long as others are not.
    local done = P .. ':part:' .. id
    local isPart = redis.call('EXISTS', done) == 1
    if pack.count == pack.of and not isPart then
      if redis.call('XDEL', events, id) == 1 then
        redis.call('HINCRBY', KEYS[1], 'more', 1 - pack.of)
        for _, event in pairs(pack.places) do
          count(event, -1)
        end
      end
    elseif isPart or #redis.call('XRANGE', events, id, id) == 1 then
      for place, event in pairs(pack.places) do
        if redis.call('SADD', done, place) == 1 then
          count(event, -1)
          redis.call('HINCRBY', KEYS[1], 'more', -1)
        end
      end
      if redis.call('SCARD', done) == pack.of then
        redis.call('DEL', done)
        redis.call('XDEL', events, id)
        redis.call('HINCRBY', KEYS[1], 'more', 1)
      end
    end
  end
end
