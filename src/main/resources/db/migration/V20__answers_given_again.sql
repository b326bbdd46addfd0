-- Answers given again: which tier of the cache had one, and how many requests shared a call that was under way.

alter table ledger add column cache_tier text;

comment on column ledger.cache_tier is 'the tier of the cache that had the answer, or null';
comment on column ledger.simulated is 'whether no real provider answered; of an answer given again, the first time';

alter table usage_quarter_hour add column coalesced bigint not null default 0;

comment on column usage_quarter_hour.cached is 'requests that were answered from the cache';
comment on column usage_quarter_hour.coalesced is 'requests that shared the answer to another one under way';

-- Adds entries to the sums per quarter hour. Models that don't exist would be as many as callers think of names.
create or replace function roll_up(entries ledger[], writer_slot smallint) returns void language plpgsql as $$
begin
    insert into usage_quarter_hour as total -- in the order of its columns
    select quarter_hour_of(e.request_id), writer_slot, e.organization_id, coalesce(e.client_id, ''), e.key_id,
           left(coalesce(e.feature, ''), 64), e.kind, e.purpose, e.operation, left(coalesce(e.route, ''), 128),
           case when e.error_code in ('model_not_found', 'model_not_priced') then '' else left(coalesce(e.model_asked, ''), 128) end,
           left(coalesce(e.model_served, ''), 128), coalesce(e.provider, ''), coalesce(e.account_id, ''),
           coalesce(e.payer, ''), e.simulated, coalesce(e.unit, ''), e.currency,
           sum(requests_of(e)),
           coalesce(sum(ends_of(e)) filter (where e.outcome in ('upstream_error', 'failed', 'cut_off')), 0),
           coalesce(sum(ends_of(e)) filter (where e.outcome = 'refused'), 0),
           coalesce(sum(ends_of(e)) filter (where e.outcome = 'cancelled'), 0),
           sum(case when e.kind = 'request' then requests_of(e) - ends_of(e) else -ends_of(e) end),
           coalesce(sum(ends_of(e)) filter (where e.cache is not null), 0),
           coalesce(sum(ends_of(e)) filter (where e.estimated), 0),
           sum(e.input_tokens), sum(e.cached_input_tokens), sum(e.output_tokens), sum(e.reasoning_tokens),
           coalesce(sum(e.quantity), 0), sum(e.provider_cost), sum(e.charge), sum(e.baseline_cost), sum(savings_of(e)),
           sum(e.total_micros), coalesce(sum(e.first_byte_micros), 0), count(e.first_byte_micros), sum(e.saved_micros),
           sum(e.request_bytes), sum(e.response_bytes),
           coalesce(sum(ends_of(e)) filter (where e.outcome = 'coalesced'), 0)
    from unnest(entries) as e
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18 -- the same for all, so that none deadlock
    on conflict (organization_id, bucket, slot, key_id, client_id, feature, kind, purpose, operation, route, model,
                 model_served, provider, account_id, payer, simulated, unit, currency) do update set
        requests = total.requests + excluded.requests,
        errors = total.errors + excluded.errors,
        refused = total.refused + excluded.refused,
        cancelled = total.cancelled + excluded.cancelled,
        interrupted = total.interrupted + excluded.interrupted,
        cached = total.cached + excluded.cached,
        estimated = total.estimated + excluded.estimated,
        input_tokens = total.input_tokens + excluded.input_tokens,
        cached_input_tokens = total.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = total.output_tokens + excluded.output_tokens,
        reasoning_tokens = total.reasoning_tokens + excluded.reasoning_tokens,
        quantity = total.quantity + excluded.quantity,
        provider_cost = total.provider_cost + excluded.provider_cost,
        charge = total.charge + excluded.charge,
        baseline_cost = total.baseline_cost + excluded.baseline_cost,
        savings = total.savings + excluded.savings,
        total_micros = total.total_micros + excluded.total_micros,
        first_byte_micros = total.first_byte_micros + excluded.first_byte_micros,
        first_bytes = total.first_bytes + excluded.first_bytes,
        saved_micros = total.saved_micros + excluded.saved_micros,
        request_bytes = total.request_bytes + excluded.request_bytes,
        response_bytes = total.response_bytes + excluded.response_bytes,
        coalesced = total.coalesced + excluded.coalesced;

    insert into usage_tag_quarter_hour as total
    select quarter_hour_of(e.request_id), writer_slot, e.organization_id, coalesce(e.client_id, ''), e.key_id,
           left(tag.key, 64), left(tag.value, 256), e.purpose, e.simulated, e.currency,
           sum(requests_of(e)),
           coalesce(sum(ends_of(e)) filter (where e.outcome in ('upstream_error', 'failed', 'cut_off')), 0),
           coalesce(sum(ends_of(e)) filter (where e.outcome = 'refused'), 0),
           coalesce(sum(ends_of(e)) filter (where e.cache is not null), 0),
           sum(e.input_tokens), sum(e.cached_input_tokens), sum(e.output_tokens), sum(e.reasoning_tokens),
           sum(e.provider_cost), sum(e.charge), sum(e.baseline_cost), sum(savings_of(e))
    from unnest(entries) as e
    cross join lateral jsonb_each_text(e.tags) as tag
    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
    on conflict (organization_id, bucket, tag_key, tag_value, slot, key_id, client_id, purpose, simulated, currency)
        do update set
        requests = total.requests + excluded.requests,
        errors = total.errors + excluded.errors,
        refused = total.refused + excluded.refused,
        cached = total.cached + excluded.cached,
        input_tokens = total.input_tokens + excluded.input_tokens,
        cached_input_tokens = total.cached_input_tokens + excluded.cached_input_tokens,
        output_tokens = total.output_tokens + excluded.output_tokens,
        reasoning_tokens = total.reasoning_tokens + excluded.reasoning_tokens,
        provider_cost = total.provider_cost + excluded.provider_cost,
        charge = total.charge + excluded.charge,
        baseline_cost = total.baseline_cost + excluded.baseline_cost,
        savings = total.savings + excluded.savings;
end $$;
