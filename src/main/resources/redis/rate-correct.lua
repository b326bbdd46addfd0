-- Corrects what was charged to a bucket. Of what was too much, only that is given back which has not flowed off.
-- KEYS: the bucket. ARGV: 2 units more, or less than 0; of the charge to correct: 3 emission ns, 4 tolerance ns, 5 when it
-- was, in us, 6 the level after it, 7 what had been given back by then.

local MOST_GIVEN = 2 ^ 52

local more, emission_then = tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket = load(KEYS[1], emission_then, tonumber(ARGV[4]))

if more > 0 then
  bucket.level = clamp(bucket.level + more * bucket.emission)
else
  local since = bucket.given - ARGV[7]
  local left = since < 0 and 0 or math.max(0, ARGV[6] - since - math.max(0, now - ARGV[5]) * 1000)
  if bucket.emission ~= emission_then then
    left = math.floor(left / math.max(1, emission_then)) * bucket.emission
  end
  local back = math.min(-more * bucket.emission, left, bucket.level)
  bucket.level = bucket.level - back
  bucket.given = bucket.given + back
  if bucket.given > MOST_GIVEN then
    bucket.given = 0
  end
end
save(KEYS[1], bucket)
return bucket.level
