-- What the scripts of rates have in common: the clock, and GCRA as a leaky bucket (ITU-T I.371, annex A), whose level is
-- the theoretical arrival time less the present. All numbers are whole and below 2^53, which a Lua number holds exactly:
-- microseconds since 1970, spans of time in nanoseconds of at most 64 days.
-- Redis's clock alone counts. ARGV[1] is added to it, in microseconds: 0 but in tests.

local MOST = 64 * 86400 * 1000000000

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2] + ARGV[1]

local function clamp(value)
  return math.max(0, math.min(value, MOST))
end

-- A bucket as it is now: its level, the sum of what was ever given back, and the pace that it was charged at last. One that
-- is not there is empty, at the pace that is given.
local function load(key, emission, tolerance)
  local stored = redis.call('GET', key)
  if not stored then
    return { level = 0, given = 0, emission = emission, tolerance = tolerance }
  end
  local at, level, given, emission_then, tolerance_then = string.match(stored, '^(%d+) (%d+) (%d+) (%d+) (%d+)$')
  return {
    level = math.max(0, level - math.max(0, now - at) * 1000),
    given = tonumber(given),
    emission = tonumber(emission_then),
    tolerance = tonumber(tolerance_then),
  }
end

-- The same bucket at another pace: what remains stays, up to the new burst. An emission of 0 lets nothing through.
local function at_pace(bucket, emission, tolerance)
  if bucket.emission ~= emission or bucket.tolerance ~= tolerance then
    local remaining = bucket.emission == 0 and 0 or math.floor((bucket.tolerance - bucket.level) / bucket.emission)
    bucket.level = clamp(tolerance - remaining * emission)
    bucket.emission, bucket.tolerance = emission, tolerance
  end
  return bucket
end

-- Kept until it is as if nothing had been charged; where something was given back, until nothing more can be.
local function save(key, bucket)
  local span = bucket.given == 0 and bucket.level or math.max(bucket.level, bucket.tolerance)
  redis.call('SET', key,
    string.format('%.0f %.0f %.0f %.0f %.0f', now, bucket.level, bucket.given, bucket.emission, bucket.tolerance),
    'PX', string.format('%.0f', math.ceil(span / 1000000) + 1))
end
