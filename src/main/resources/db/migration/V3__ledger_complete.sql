-- The ledger made complete: all that an entry says, sums per quarter hour beside it, and one function that books.

alter table ledger
    add column purpose            text not null default 'serve',
    add column parent_id          uuid,
    add column client_id          text,
    add column feature            text,
    add column end_user           text,
    add column tier               text,
    add column tags               jsonb,
    add column route              text,
    add column route_version      text,
    add column experiment_arm     text,
    add column service_tier_asked text,
    add column region             text,
    add column deployment         text,
    add column attempts           jsonb,
    add column raw_usage          jsonb,
    add column quantity           numeric,
    add column unit               text,
    add column baseline_cost      bigint not null default 0,
    add column savings            jsonb,
    add column query_type         text,
    add column difficulty         smallint,
    add column error_class        text,
    add column saved_micros       bigint not null default 0,
    add column cache              text,
    add column merged_count       int not null default 1,
    add column accounting_period  date,
    add column booked_at          timestamptz not null default now();

comment on column ledger.kind is 'request, adjustment, credit or metered_service';
comment on column ledger.purpose is 'serve, verification, shadow, judge, embedding, warm_up, holdout or batch';
comment on column ledger.parent_id is 'the request on whose behalf this one was made';
comment on column ledger.end_user is 'a keyed hash; table end_user may know who it is';
comment on column ledger.tags is 'value per key';
comment on column ledger.service_tier is 'as served';
comment on column ledger.attempts is 'the calls to providers, in their order';
comment on column ledger.raw_usage is 'as the provider sent it';
comment on column ledger.quantity is 'of what is not tokens, in units';
comment on column ledger.baseline_cost is 'nanodollars that the model asked for would have cost';
comment on column ledger.savings is 'nanodollars per cause';
comment on column ledger.difficulty is '0 to 100';
comment on column ledger.saved_micros is 'time that the caller did not have to wait';
comment on column ledger.cache is 'what kind of cache answered, or null';
comment on column ledger.merged_count is 'requests that this entry stands for; more than one only for refusals';
comment on column ledger.accounting_period is 'first day of the month (UTC) to whose accounts it belongs';

create index ledger_by_parent on ledger (parent_id) where parent_id is not null;

-- When a request began, from its id.
create function instant_of(id uuid) returns timestamptz immutable strict parallel safe language sql as $$
    select to_timestamp(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)
$$;

create function quarter_hour_of(id uuid) returns timestamptz immutable strict parallel safe language sql as $$
    select to_timestamp((('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint / 900000) * 900)
$$;

create function month_of(id uuid) returns date immutable strict parallel safe language sql as $$
    select date_trunc('month', instant_of(id) at time zone 'UTC')::date
$$;

update ledger set baseline_cost = charge, accounting_period = month_of(request_id);
alter table ledger
    alter column accounting_period set default date_trunc('month', now() at time zone 'UTC')::date,
    alter column accounting_period set not null;

-- Sums per quarter hour. A row is written by one replica, which its slot names; readers sum over slots. Where an entry
-- has no value for a dimension, it is ''.

create table usage_quarter_hour (
    bucket              timestamptz not null,
    slot                smallint not null,
    organization_id     text not null,
    client_id           text not null,
    key_id              text not null,
    feature             text not null,
    kind                text not null,
    purpose             text not null,
    operation           text not null,
    route               text not null,
    model               text not null,
    model_served        text not null,
    provider            text not null,
    account_id          text not null,
    payer               text not null,
    simulated           boolean not null,
    unit                text not null,
    currency            text not null,
    requests            bigint not null,
    errors              bigint not null,
    refused             bigint not null,
    cancelled           bigint not null,
    interrupted         bigint not null,
    cached              bigint not null,
    estimated           bigint not null,
    input_tokens        numeric not null,
    cached_input_tokens numeric not null,
    output_tokens       numeric not null,
    reasoning_tokens    numeric not null,
    quantity            numeric not null,
    provider_cost       numeric not null,
    charge              numeric not null,
    baseline_cost       numeric not null,
    savings             numeric not null,
    total_micros        numeric not null,
    first_byte_micros   numeric not null,
    first_bytes         bigint not null,
    saved_micros        numeric not null,
    request_bytes       numeric not null,
    response_bytes      numeric not null,
    primary key (organization_id, bucket, slot, key_id, client_id, feature, kind, purpose, operation, route, model,
                 model_served, provider, account_id, payer, simulated, unit, currency)
) partition by range (bucket);

comment on column usage_quarter_hour.slot is 'of the replica that writes the row; -1 where the rows of several were merged';
comment on column usage_quarter_hour.model is 'as asked';
comment on column usage_quarter_hour.errors is 'outcome upstream_error, failed or cut_off';
comment on column usage_quarter_hour.interrupted is 'requests of which the ledger only has a guess';
comment on column usage_quarter_hour.estimated is 'requests whose tokens were estimated; interrupted ones not counted';
comment on column usage_quarter_hour.first_bytes is 'how many requests first_byte_micros is the sum of';

create table usage_tag_quarter_hour (
    bucket              timestamptz not null,
    slot                smallint not null,
    organization_id     text not null,
    client_id           text not null,
    key_id              text not null,
    tag_key             text not null,
    tag_value           text not null,
    purpose             text not null,
    simulated           boolean not null,
    currency            text not null,
    requests            bigint not null,
    errors              bigint not null,
    refused             bigint not null,
    cached              bigint not null,
    input_tokens        numeric not null,
    cached_input_tokens numeric not null,
    output_tokens       numeric not null,
    reasoning_tokens    numeric not null,
    provider_cost       numeric not null,
    charge              numeric not null,
    baseline_cost       numeric not null,
    savings             numeric not null,
    primary key (organization_id, bucket, tag_key, tag_value, slot, key_id, client_id, purpose, simulated, currency)
) partition by range (bucket);

-- The times that the ledger takes entries of: none older than what it has dropped, none beyond the months made ahead.
create table ledger_range (
    only_row boolean primary key default true check (only_row),
    floor    timestamptz not null,
    ceiling  timestamptz not null
);

insert into ledger_range (floor, ceiling)
select min(month) at time zone 'UTC', min(month) at time zone 'UTC'
from (select to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM')::timestamp as month
      from pg_inherits where inhparent = 'ledger'::regclass) as made;

-- Makes the partitions of the month that holds the instant and of the months after it; none below the floor.
create or replace function make_ledger_partitions(instant timestamptz, months int) returns void language plpgsql
set client_min_messages = warning set lock_timeout = '5s' as $$
declare
    lowest timestamptz;
    month_start timestamptz;
    month_end timestamptz;
    suffix text;
begin
    perform pg_advisory_xact_lock(7002);
    select floor into strict lowest from ledger_range;
    for i in 0 .. months loop
        month_start := (date_trunc('month', instant at time zone 'UTC') + make_interval(months => i)) at time zone 'UTC';
        month_end := (month_start at time zone 'UTC' + interval '1 month') at time zone 'UTC';
        continue when month_start < lowest;
        suffix := to_char(month_start at time zone 'UTC', '_YYYY_MM');
        execute format('create table if not exists %I partition of ledger for values from (%L) to (%L)',
            'ledger' || suffix, uuid_from(month_start), uuid_from(month_end));
        execute format('create table if not exists %I partition of usage_quarter_hour for values from (%L) to (%L)
            with (fillfactor = 70)', 'usage_quarter_hour' || suffix, month_start, month_end);
        execute format('create table if not exists %I partition of usage_tag_quarter_hour for values from (%L) to (%L)
            with (fillfactor = 70)', 'usage_tag_quarter_hour' || suffix, month_start, month_end);
        update ledger_range set ceiling = month_end where ceiling < month_end;
    end loop;
end $$;

select make_ledger_partitions(floor, greatest(3, 2 + (
    extract(year from age(now(), floor)) * 12 + extract(month from age(now(), floor)))::int)) from ledger_range;

-- Drops the entries of all months that ended by the instant, for good: the floor rises first, so that what is replayed
-- late goes into quarantine. The sums per quarter hour stay. Returns how many months were dropped.
create function drop_ledger_before(instant timestamptz) returns int language plpgsql
set lock_timeout = '5s' as $$
declare
    new_floor timestamptz := date_trunc('month', instant at time zone 'UTC') at time zone 'UTC';
    month regclass;
    dropped int := 0;
begin
    perform pg_advisory_xact_lock(7002);
    update ledger_range set floor = new_floor where floor < new_floor and new_floor < ceiling;
    for month in
        select inhrelid::regclass from pg_inherits, ledger_range
        where inhparent = 'ledger'::regclass
          and to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM')::timestamp at time zone 'UTC' < floor
    loop
        execute format('drop table %s', month);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

-- Entries that the ledger can't take, as they were; a replay adds none twice.
create table ledger_quarantine (
    id         bigint generated always as identity primary key,
    entry      text not null,
    digest     uuid not null generated always as (md5(entry)::uuid) stored unique,
    reason     text not null,
    sqlstate   text,
    slot       smallint,
    created_at timestamptz not null default now()
);

comment on column ledger_quarantine.reason is 'below_floor, beyond_ceiling, no_partition, invalid_data or constraint';

-- An entry before anything is known of it. JSON leaves out what is as here.
create function blank_entry() returns ledger stable language sql as $$
    select jsonb_populate_record(null::ledger, '{
        "seq": 0, "kind": "request", "purpose": "serve", "streamed": false, "simulated": false,
        "input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_tokens": 0, "usage": {},
        "currency": "USD", "provider_cost": 0, "charge": 0, "baseline_cost": 0, "estimated": false,
        "status": 0, "client_gone": false, "total_micros": 0, "saved_micros": 0,
        "request_bytes": 0, "response_bytes": 0, "merged_count": 1}'::jsonb || jsonb_build_object('booked_at', now()))
$$;

-- What is to be added to every number of one JSON object to get those of another.
create function difference_of(later jsonb, earlier jsonb) returns jsonb immutable language sql as $$
    select jsonb_object_agg(key, difference) from (
        select key, coalesce(l.value::numeric, 0) - coalesce(e.value::numeric, 0) as difference
        from jsonb_each_text(later) l full join jsonb_each_text(earlier) e using (key)) as all_keys
    where difference <> 0
$$;

-- The entry that turns a guess into the truth: what the truth says, with counts and money less the guess's.
create function correction_of(truth ledger, guess ledger) returns ledger immutable language plpgsql as $$
begin
    truth.seq := 1;
    truth.kind := 'adjustment';
    truth.flags := concat_ws(',', 'late_truth', truth.flags);
    truth.input_tokens := truth.input_tokens - guess.input_tokens;
    truth.cached_input_tokens := truth.cached_input_tokens - guess.cached_input_tokens;
    truth.output_tokens := truth.output_tokens - guess.output_tokens;
    truth.reasoning_tokens := truth.reasoning_tokens - guess.reasoning_tokens;
    truth.usage := coalesce(difference_of(truth.usage, guess.usage), '{}');
    truth.quantity := nullif(coalesce(truth.quantity, 0) - coalesce(guess.quantity, 0), 0);
    truth.provider_cost := truth.provider_cost - guess.provider_cost;
    truth.charge := truth.charge - guess.charge;
    truth.baseline_cost := truth.baseline_cost - guess.baseline_cost;
    truth.savings := difference_of(coalesce(truth.savings, '{}'), coalesce(guess.savings, '{}'));
    truth.total_micros := truth.total_micros - guess.total_micros;
    truth.saved_micros := truth.saved_micros - guess.saved_micros;
    if guess.first_byte_micros is not null then
        truth.first_byte_micros := null; -- it was counted with the guess
    end if;
    truth.request_bytes := truth.request_bytes - guess.request_bytes;
    truth.response_bytes := truth.response_bytes - guess.response_bytes;
    return truth;
end $$;

-- How many requests an entry adds to the sums, and how many ends of requests. A correction adds no request, but the end
-- that was not known before. Merged refusals are all counted.
create function requests_of(entry ledger) returns int immutable language sql as $$
    select case when entry.kind = 'request' then entry.merged_count else 0 end
$$;

create function ends_of(entry ledger) returns int immutable language sql as $$
    select case
        when entry.kind = 'request' and entry.outcome <> 'interrupted' then entry.merged_count
        when entry.kind = 'adjustment' and starts_with(entry.flags, 'late_truth') then 1
        else 0 end
$$;

create function savings_of(entry ledger) returns numeric immutable language sql as $$
    select case when entry.savings is null then 0
        else (select coalesce(sum(value::numeric), 0) from jsonb_each_text(entry.savings)) end
$$;

-- Adds entries to the sums per quarter hour. Models that don't exist would be as many as callers think of names.
create function roll_up(entries ledger[], writer_slot smallint) returns void language plpgsql as $$
begin
    insert into usage_quarter_hour as total
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
           sum(e.request_bytes), sum(e.response_bytes)
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
        response_bytes = total.response_bytes + excluded.response_bytes;

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

-- Merges the rows of several slots into one (slot -1) for the quarter hours from one instant to before another, of either
-- table of sums. What is added later has rows of its own again, until the next time. Returns how many rows went.
create function merge_slots(sums regclass, since timestamptz, before timestamptz) returns int language plpgsql as $$
declare
    dimensions text;
    added text;
    summed text;
    updates text;
    gone int;
begin
    select string_agg(quote_ident(attname), ', ') filter (where in_key and attname <> 'slot'),
           string_agg(quote_ident(attname), ', ') filter (where not in_key),
           string_agg(format('sum(%I)', attname), ', ') filter (where not in_key),
           string_agg(format('%1$I = total.%1$I + excluded.%1$I', attname), ', ') filter (where not in_key)
    into dimensions, added, summed, updates
    from (select attname, attnum = any (indkey::int2[]) as in_key from pg_attribute join pg_index on indrelid = attrelid
          where attrelid = sums and indisprimary and attnum > 0 and not attisdropped) as columns;
    execute format('
        with several as (
            select bucket from %1$s where bucket >= $1 and bucket < $2 group by bucket having count(distinct slot) > 1),
        gone as (delete from %1$s where bucket in (select bucket from several) and slot >= 0 returning *),
        merged as (
            insert into %1$s as total (slot, %2$s, %3$s)
            select -1, %2$s, %4$s from gone group by %2$s order by %2$s
            on conflict (slot, %2$s) do update set %5$s)
        select count(*) from gone', sums, dimensions, added, summed, updates)
    into gone using since, before;
    return gone;
end $$;

-- Books entries: an array of JSON objects whose members are columns of the ledger; what is as in blank_entry() is left
-- out. What is there already is left as it is; all sums are taken from what was inserted. A guess (outcome interrupted)
-- that the truth comes after is corrected by an entry with seq 1; one that comes after the truth is dropped. Entries of
-- times that the ledger does not take go into quarantine. Bad data fails with an error of class 22 or 23.
create function book_entries(
    entries json, writer_slot smallint,
    out booked int, out corrected int, out quarantined int, out provider_cost numeric, out charge numeric)
language plpgsql as $$
declare
    range ledger_range;
    lowest uuid;
    highest uuid;
    given ledger[];
    added ledger[];
    corrections ledger[];
begin
    select * into strict range from ledger_range;
    lowest := uuid_from(range.floor);
    highest := uuid_from(range.ceiling);

    -- Of a guess and the truth in one batch the truth counts.
    select coalesce(array_agg(e), '{}') into given from (
        select distinct on (e.request_id, e.seq) e from json_populate_recordset(blank_entry(), entries) as e
        order by e.request_id, e.seq, e.outcome = 'interrupted') as one_of_each;

    quarantined := 0;
    if exists (select from unnest(given) as e where e.request_id < lowest or e.request_id >= highest) then
        insert into ledger_quarantine (entry, reason, slot)
        select value::text, case when id < lowest then 'below_floor' else 'beyond_ceiling' end, writer_slot
        from (select value, (value ->> 'request_id')::uuid as id from json_array_elements(entries)) as each
        where id < lowest or id >= highest
        on conflict do nothing;
        get diagnostics quarantined = row_count;
        select coalesce(array_agg(e), '{}') into given from unnest(given) as e
        where e.request_id is null or (e.request_id >= lowest and e.request_id < highest);
    end if;

    with inserted as (insert into ledger select * from unnest(given) on conflict do nothing returning ledger)
    select coalesce(array_agg(inserted.ledger), '{}') into added from inserted;
    booked := cardinality(added);
    corrected := 0;

    if booked < cardinality(given) then
        -- A statement of its own, because only it sees the guess that the insert above may have waited for.
        with inserted as (
            insert into ledger
            select correction.*
            from unnest(given) as truth
            join ledger as guess on guess.request_id = truth.request_id and guess.seq = 0
            cross join lateral correction_of(truth, guess) as correction
            where truth.seq = 0 and truth.outcome <> 'interrupted' and guess.outcome = 'interrupted'
            order by truth.request_id
            on conflict do nothing
            returning ledger)
        select coalesce(array_agg(inserted.ledger), '{}') into corrections from inserted;
        corrected := cardinality(corrections);
        added := added || corrections;
    end if;

    perform roll_up(added, writer_slot);

    select coalesce(sum(e.provider_cost), 0), coalesce(sum(e.charge), 0) into provider_cost, charge
    from unnest(added) as e;
end $$;

-- The sums of what was booked before there were any.
select roll_up(array_agg(ledger), 0::smallint) from ledger group by quarter_hour_of(request_id);

-- Replicas: each has the lowest slot that no live one has, and keeps it until it stops or was not seen for a day.
create table replica (
    epoch      bigint generated always as identity primary key,
    slot       smallint not null check (slot >= 0),
    state      text not null default 'live',
    started_at timestamptz not null default now(),
    seen_at    timestamptz not null default now()
);

comment on column replica.state is 'live or closed';

create unique index replica_by_slot on replica (slot) where state = 'live';

-- Makes a new replica and gives it a slot.
create function open_replica(out replica_epoch bigint, out replica_slot smallint) language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7003);
    update replica set state = 'closed' where state = 'live' and seen_at < now() - interval '1 day';
    select min(free) into replica_slot from generate_series(0, (select count(*) from replica where state = 'live')) as free
    where not exists (select from replica where state = 'live' and slot = free);
    insert into replica (slot) values (replica_slot) returning epoch into replica_epoch;
end $$;

-- Who is behind a hash in the ledger. Erasing a row leaves the ledger as it is, and nobody knows any more who it was.
create table end_user (
    organization_id text not null,
    hash            text not null,
    id              text not null,
    first_seen_at   timestamptz not null default now(),
    primary key (organization_id, hash)
);
