import { createHash } from 'node:crypto'

/** A script for Redis, which runs as one step. It touches the one key of a limited key, so that a cluster can have it. */
export interface Script {
  readonly text: string
  readonly sha1: string
}

/**
 * All three scripts begin with the same arguments: the time (or -1: that of the server), the gateway that asks, how many
 * requests it has under way, and how long that is believed without hearing from it again.
 *
 * The hash has `r:used`, `r:at` and `t:…` for the meters of requests and tokens, `d:at`, `d:spent` and `m:…` for what was
 * spent in a day and a month (10⁻⁹ dollars), and for each gateway `g:<id>`: its requests under way, until when that holds,
 * and the number of its last report.
 */
const BEGINNING = `
local key = KEYS[1]
local now = tonumber(ARGV[1])
if now < 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local mine = tonumber(ARGV[3])
local row = {}
local pairs_of_row = redis.call('HGETALL', key)
for i = 1, #pairs_of_row, 2 do row[pairs_of_row[i]] = pairs_of_row[i + 1] end

local others, reported = 0, 0
for field, value in pairs(row) do
  if string.sub(field, 1, 2) == 'g:' then
    local count, expires, report = string.match(value, '^(%d+) (%d+) (%d+)$')
    if field == 'g:' .. ARGV[2] then
      reported = tonumber(report)
    elseif tonumber(expires) > now then
      others = others + tonumber(count)
    elseif tonumber(expires) + 3600000 < now then
      redis.call('HDEL', key, field)
    end
  end
end

local function used_of(meter, limit)
  local used, at = tonumber(row[meter .. ':used'] or 0), tonumber(row[meter .. ':at'] or now)
  return math.max(0, used - math.max(0, now - at) * limit / 60000)
end

local function keep_meter(meter, used)
  redis.call('HSET', key, meter .. ':used', string.format('%.6f', used), meter .. ':at', string.format('%.0f', now))
end

local function spent_in(period, current)
  local at = tonumber(row[period .. ':at'] or -1)
  if current > at then return '0' end
  return row[period .. ':spent'] or '0'
end

local function finish(reply)
  local lease = string.format('%d %.0f %d', mine, now + tonumber(ARGV[4]), reported)
  redis.call('HSET', key, 'g:' .. ARGV[2], lease)
  redis.call('PEXPIRE', key, 3456000000)
  return reply
end
`

/** After those: requests per minute, most at once, day, month and the budgets for them; -1 is no limit. */
export const ENTER = script(`
local rpm, most = tonumber(ARGV[5]), tonumber(ARGV[6])
local of_day, of_month = spent_in('d', tonumber(ARGV[7])), spent_in('m', tonumber(ARGV[8]))
local day_budget, month_budget = tonumber(ARGV[9]), tonumber(ARGV[10])
local used = rpm < 0 and 0 or used_of('r', rpm)
local verdict = 'admitted'
if most >= 0 and others + mine > most then
  verdict = 'concurrency'
elseif month_budget >= 0 and tonumber(of_month) >= month_budget then
  verdict = 'budget-month'
elseif day_budget >= 0 and tonumber(of_day) >= day_budget then
  verdict = 'budget-day'
elseif rpm >= 0 and used + 1 - rpm > 1e-6 then
  verdict = 'requests'
end
if verdict ~= 'admitted' then mine = mine - 1 else used = used + 1 end
if rpm >= 0 then keep_meter('r', used) end
return finish({ verdict, tostring(used), of_day, of_month })
`)

/** After those: tokens per minute, and how many are wanted. */
export const RESERVE = script(`
local tpm, wanted = tonumber(ARGV[5]), tonumber(ARGV[6])
local used = used_of('t', tpm)
local is_taken = used + math.min(wanted, tpm) - tpm <= 1e-6
if is_taken then used = used + wanted end
keep_meter('t', used)
return finish({ is_taken and 'admitted' or 'tokens', tostring(used) })
`)

/**
 * After those: the report's number, tokens per minute (-1: no limit), how many more were used, then day, what was spent in it
 * and what this gateway knows to be spent in it, and the same of the month. A report that came twice counts once. What is
 * known to be spent is put back if the server has lost it.
 */
export const REPORT = script(`
local function add(period, current, amount, known)
  local at = tonumber(row[period .. ':at'] or -1)
  if tonumber(current) < at then return end
  if tonumber(current) > at then
    redis.call('HSET', key, period .. ':at', current, period .. ':spent', '0')
    row[period .. ':at'], row[period .. ':spent'] = current, '0'
  end
  if tonumber(known) > tonumber(row[period .. ':spent']) then
    redis.call('HSET', key, period .. ':spent', known)
  end
  redis.call('HINCRBY', key, period .. ':spent', amount)
  row[period .. ':spent'] = redis.call('HGET', key, period .. ':spent')
end

local number, tpm = tonumber(ARGV[5]), tonumber(ARGV[6])
if number > reported then
  if tpm >= 0 then keep_meter('t', math.max(0, used_of('t', tpm) + tonumber(ARGV[7]))) end
  add('d', ARGV[8], ARGV[9], ARGV[10])
  add('m', ARGV[11], ARGV[12], ARGV[13])
  reported = number
end
return finish({ spent_in('d', tonumber(ARGV[8])), spent_in('m', tonumber(ARGV[11])) })
`)

function script(rest: string): Script {
  const text = BEGINNING + rest
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}
