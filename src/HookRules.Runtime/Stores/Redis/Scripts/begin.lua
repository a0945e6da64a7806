-- ARGV: epoch, consumer, stream, entry. Counts the delivery; 0 where the order is another one's, or gone.
if not isHeld(P .. ':orders:' .. ARGV[3], ARGV[4], ARGV[2]) then
  return 0
end
return redis.call('HINCRBY', P .. ':begun', ARGV[4], 1)
