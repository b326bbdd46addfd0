-- Charges all buckets of a request, or none; of those that don't bind, which have the flag 0, it leaves out those for which
-- it is too much.
-- KEYS: the buckets. ARGV: 2 lease of slots in ms, 3 member that holds the slots, then six per bucket:
--   'rate',  binds, cost, emission ns, tolerance ns, burst
--   'slots', binds, cost, max, 0, 0
-- Returns 1, now, and three per bucket: level after it and given back, or slots taken and 0, and 1 where it was left out;
-- or else 0, index from 0, reason, ns to wait, level or slots taken. Reasons: 1 rate, 2 concurrency, 3 larger than the limit.

local now_millis = math.floor(now / 1000)
local lease = tonumber(ARGV[2])
local member = ARGV[3]
local buckets = {}

for i, key in ipairs(KEYS) do
  local first = 4 + (i - 1) * 6
  local kind, binds, cost = ARGV[first], ARGV[first + 1] == '1', tonumber(ARGV[first + 2])
  local bucket, reason, wait = nil, 0, 0
  if kind == 'rate' then
    local emission, tolerance = tonumber(ARGV[first + 3]), tonumber(ARGV[first + 4])
    bucket = at_pace(load(key, emission, tolerance), emission, tolerance)
    wait = cost == 0 and 0 or bucket.level + cost * emission - tolerance
    if cost > tonumber(ARGV[first + 5]) then
      reason, wait = 3, 0
    elseif wait > 0 then
      reason = 1
    end
  else
    local max = tonumber(ARGV[first + 3])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now_millis))
    bucket = { slots = true, level = redis.call('ZCARD', key), given = 0 }
    if cost > max then
      reason = 3
    elseif cost > 0 and bucket.level + cost > max then
      reason = 2
    end
  end
  if reason ~= 0 and binds then
    return { 0, i - 1, reason, wait, bucket.level }
  end
  bucket.cost = cost
  bucket.left_out = reason ~= 0
  buckets[i] = bucket
end

local answer = { 1, now }
for i, bucket in ipairs(buckets) do
  if bucket.cost > 0 and not bucket.left_out then
    if bucket.slots then
      for slot = 1, bucket.cost do
        redis.call('ZADD', KEYS[i], string.format('%.0f', now_millis + lease), member .. ':' .. slot)
      end
      redis.call('PEXPIRE', KEYS[i], lease)
      bucket.level = bucket.level + bucket.cost
    else
      bucket.level = bucket.level + bucket.cost * bucket.emission
      save(KEYS[i], bucket)
    end
  end
  answer[#answer + 1] = bucket.level
  answer[#answer + 1] = bucket.given
  answer[#answer + 1] = bucket.left_out and 1 or 0
end
return answer
