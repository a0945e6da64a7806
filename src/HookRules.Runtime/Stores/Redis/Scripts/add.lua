-- Events of a publisher, each once. ARGV: epoch, the most that may wait, home, now; for each: id, plan, when, envelope.
-- Gives how many wait; -1 before it where there is no room.
local waiting = redis.call('XLEN', P .. ':events')
if waiting >= tonumber(ARGV[2]) then
  return { -1, waiting }
end
for i = 5, #ARGV, 4 do
  if isNew(ARGV[i], ARGV[3]) then
    redis.call('XADD', P .. ':events', '*', 'i', ARGV[i], 'h', ARGV[3], 'p', ARGV[i + 1], 't', ARGV[i + 2], 'e', ARGV[i + 3])
    told = true
    waiting = waiting + 1
  end
end
wake()
return { 0, waiting }
