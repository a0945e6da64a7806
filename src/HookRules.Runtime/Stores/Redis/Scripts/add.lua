-- Events of a publisher, each once. ARGV: epoch, the most that may wait, home, for each: id, mark, envelope.
-- Gives how many wait; -1 before it where there is no room.
local waiting = redis.call('XLEN', P .. ':events')
if waiting >= tonumber(ARGV[2]) then
  return { -1, waiting }
end
local events = P .. ':events'
for i = 4, #ARGV, 3 do
  if isNew(ARGV[i], ARGV[3]) then
    redis.call('XADD', events, '*', 'm', ARGV[i + 1], 'e', ARGV[i + 2])
    told = true
    waiting = waiting + 1
  end
end
wake()
return { 0, waiting }
