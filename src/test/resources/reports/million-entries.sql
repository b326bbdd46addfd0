-- A million entries of October 2026 with their sums, in a database that Tollgate has migrated and that has nothing else:
--   psql -f src/test/resources/reports/million-entries.sql
-- 40 organizations of very different sizes, 200 keys, 24 models, 8 features. The same ones every time.

update ledger_range set floor = least(floor, '2026-01-01Z'::timestamptz);
select make_ledger_partitions('2026-01-01Z', 12);

insert into organization (id, name)
select 'org_' || i, 'Organization ' || i from generate_series(0, 39) as i;

select setseed(0.20261121);

insert into ledger (request_id, organization_id, client_id, key_id, feature, tags, operation, streamed, model_asked,
    provider, account_id, payer, model_sent, model_served, price_version, outcome, status, error_code, cache, estimated,
    input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, usage, provider_cost, charge, baseline_cost,
    client_gone, total_micros, first_byte_micros, request_bytes, response_bytes, accounting_period, booked_at)
select
    (left(uuid_from(at)::text, 13) || '-7' || lpad(to_hex(i / 65536), 3, '0') || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
    'org_' || organization,
    case when key % 2 = 0 then 'cli_' || organization || '_' || key end,
    'key_' || organization || '_' || key,
    case when key % 3 > 0 then 'feature_' || (organization + key) % 8 end,
    case when key % 2 = 1 then jsonb_build_object('team', 'team_' || organization % 10) end,
    'chat', i % 2 = 0, model, 'openai', 'account_' || organization % 3, 'platform', model, model || '-2026-08-01', '2026-09-01',
    case when i % 50 = 0 then 'upstream_error' when i % 77 = 0 then 'refused' else 'ok' end,
    case when i % 50 = 0 then 500 when i % 77 = 0 then 429 else 200 end,
    case when i % 77 = 0 and i % 50 > 0 then 'rate_limited' end,
    case when i % 9 = 0 then 'exact' end, i % 101 = 0,
    input, input / 4, output, output / 3, jsonb_build_object('input', input - input / 4, 'cached_input', input / 4, 'output', output),
    input * 150 + output * 600, input * 150 + output * 600, input * 400 + output * 1600,
    false, 300000 + output * 9000, 200000 + input, 3 * input, 5 * output, '2026-10-01', at
from (
    select i, organization, key, 'model-' || (organization * 5 + key * 7 + (random() ^ 4 * 3)::int) % 24 as model,
           (random() ^ 3 * 8000)::bigint + 1 as input, (random() ^ 2 * 1500)::bigint as output,
           -- most of a day's work is done in its middle, and little at weekends
           '2026-10-01Z'::timestamptz + least(30, floor(random() * 31)) * interval '1 day'
               + ((random() + random() + random()) / 3 * 86399) * interval '1 second' as at
    from (select i, (random() ^ 4 * 39.99)::int as organization, (random() ^ 2 * 4.99)::int as key
          from generate_series(1, 1000000) as i) as callers) as requests;

select count(roll_up) from (
    select roll_up(array_agg(ledger), 0::smallint) from ledger group by quarter_hour_of(request_id)) as each;

vacuum analyze;
