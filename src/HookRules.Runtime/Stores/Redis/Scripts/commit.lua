-- The dispatcher's step: orders in, what they were made of out. ARGV: epoch, token, home, now, count of receipts, receipts, then orders
-- as in putAll. A receipt is the entry's id, and where it is one event its id behind a slash. Gives the events that ended; -1 where the
-- role is another one's.
if redis.call('GET', P .. ':lock:dispatcher') ~= ARGV[2] then
  return -1
end
local last = 5 + tonumber(ARGV[5])
for i = 6, last do
  local id, event = string.match(ARGV[i], '^([^/]*)/?(.*)$')
  if event == '' then
    local entry = redis.call('XRANGE', P .. ':events', id, id)[1]
    if entry then
      for j = 1, #entry[2], 2 do
        if entry[2][j] == 'n' then
          event = entry[2][j + 1]
        end
      end
    end
  end
  if redis.call('XDEL', P .. ':events', id) == 1 then
    count(event, -1)
  end
end
putAll(last + 1)
local ended = settle(ARGV[3], tonumber(ARGV[4]))
wake()
return ended
