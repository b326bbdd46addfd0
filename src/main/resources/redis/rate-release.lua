-- Gives slots back.
-- KEYS: the buckets. ARGV: 2 member, then per bucket: slots.

for i, key in ipairs(KEYS) do
  for slot = 1, tonumber(ARGV[i + 2]) do
    redis.call('ZREM', key, ARGV[2] .. ':' .. slot)
  end
end
return now
