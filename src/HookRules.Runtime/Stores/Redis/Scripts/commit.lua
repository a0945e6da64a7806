-- The dispatcher's step: orders in, what they were made of out. ARGV: epoch, token, home, now, count of receipts, receipts, then orders
-- as in putAll. Gives the events that ended; -1 where the role is another one's.
if redis.call('GET', P .. ':lock:dispatcher') ~= ARGV[2] then
  return -1
end
local last = 5 + tonumber(ARGV[5])
local receipts = {}
for i = 6, last do
  receipts[#receipts + 1] = ARGV[i]
end
takeOut(receipts)
putAll(last + 1)
local ended = settle(ARGV[3], tonumber(ARGV[4]))
wake()
return ended
