-- Renews the leases of slots, so that they go on when their replica does; takes them anew where Redis has lost them.
-- KEYS: the bucket of each lease. ARGV: 2 lease in ms, then per lease: member, slots.

local lease = tonumber(ARGV[2])
local until_millis = string.format('%.0f', math.floor(now / 1000) + lease)
for i, key in ipairs(KEYS) do
  for slot = 1, tonumber(ARGV[2 * i + 2]) do
    redis.call('ZADD', key, until_millis, ARGV[2 * i + 1] .. ':' .. slot)
  end
  redis.call('PEXPIRE', key, lease)
end
return #KEYS
