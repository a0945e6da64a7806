-- Stands before every script but open.lua. KEYS[1] is P:meta; all keys have one hash tag, so they lie in one slot.
-- ARGV[1] is the epoch that the caller knows: of a Redis that came back empty nobody may take it for the old one.
local P = string.sub(KEYS[1], 1, -6)
local GONE = 'EPOCH the data that was here is gone'
local isGone = redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1]

local DAY = 86400000

-- What was added already, with its publisher; '' where it has ended. An id begins with its time: those of 100 seconds have one hash,
-- which goes a day after the last of them.
local kept, times = {}, {}
local function seen(id)
  local time = string.sub(id, 1, 8)
  local key = times[time]
  if not key then
    key = P .. ':seen:' .. time
    times[time] = key
  end
  return key
end

local function keep(key)
  if not kept[key] then
    kept[key] = true
    redis.call('PEXPIRE', key, DAY)
  end
end

