-- Charges all buckets of a request, or none.
-- KEYS: the buckets. ARGV: 2 lease of slots in ms, 3 member that holds the slots, then five per bucket:
--   'rate',  cost, emission ns, tolerance ns, burst
--   'slots', cost, max, 0, 0
-- Returns 1, now, and two per bucket: level after it and given back, or slots taken and 0; or else
-- 0, index from 0, reason, ns to wait, level or slots taken. Reasons: 1 rate, 2 concurrency, 3 larger than the limit.

local now_millis = math.floor(now / 1000)
local lease = tonumber(ARGV[2])
local member = ARGV[3]
local buckets = {}

for i, key in ipairs(KEYS) do
  local first = 4 + (i - 1) * 5
  local kind, cost = ARGV[first], tonumber(ARGV[first + 1])
  if kind == 'rate' then
    local emission, tolerance = tonumber(ARGV[first + 2]), tonumber(ARGV[first + 3])
    local bucket = at_pace(load(key, emission, tolerance), emission, tolerance)
    if cost > tonumber(ARGV[first + 4]) then
      return { 0, i - 1, 3, 0, bucket.level }
    end
    local wait = cost == 0 and 0 or bucket.level + cost * emission - tolerance
    if wait > 0 then
      return { 0, i - 1, 1, wait, bucket.level }
    end
    bucket.cost = cost
    buckets[i] = bucket
  else
    local max = tonumber(ARGV[first + 2])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now_millis))
    local taken = redis.call('ZCARD', key)
    if cost > max then
      return { 0, i - 1, 3, 0, taken }
    end
    if cost > 0 and taken + cost > max then
      return { 0, i - 1, 2, 0, taken }
    end
    buckets[i] = { slots = true, cost = cost, taken = taken }
  end
end

local answer = { 1, now }
for i, bucket in ipairs(buckets) do
  if bucket.slots then
    for slot = 1, bucket.cost do
      redis.call('ZADD', KEYS[i], string.format('%.0f', now_millis + lease), member .. ':' .. slot)
    end
    if bucket.cost > 0 then
      redis.call('PEXPIRE', KEYS[i], lease)
    end
    answer[#answer + 1] = bucket.taken + bucket.cost
    answer[#answer + 1] = 0
  else
    if bucket.cost > 0 then
      bucket.level = bucket.level + bucket.cost * bucket.emission
      save(KEYS[i], bucket)
    end
    answer[#answer + 1] = bucket.level
    answer[#answer + 1] = bucket.given
  end
end
return answer
