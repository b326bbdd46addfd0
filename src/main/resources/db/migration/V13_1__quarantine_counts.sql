-- An entry that the ledger can't take counts in its windows all the same: what it cost, or may have cost, is in doubt there
-- from the transaction on that puts it into quarantine, until somebody decides, or it is booked after all.

create index doubt_quarantined on doubt (request_id) where reason = 'quarantined' and state <> 'released';

-- An entry as far as it can be read; null where nothing can.
create function readable(entry text) returns ledger stable language plpgsql as $$
begin
    return json_populate_record(blank_entry(), entry::json);
exception when data_exception or program_limit_exceeded then
    return null;
end $$;

-- An entry that goes into quarantine, as windows count it. Null where it does not: it was booked before, is in doubt, or
-- only corrects another one.
create function going_into_quarantine(entry ledger) returns ledger stable language plpgsql as $$
begin
    if entry.seq <> 0 or entry.request_id is null or entry.window_ids is null
       or exists (select from ledger where request_id = entry.request_id and seq = 0)
       or exists (select from doubt where request_id = entry.request_id and window_id = any (entry.window_ids)) then
        return null;
    end if;
    if entry.outcome = 'interrupted' then
        entry.flags := concat_ws(',', 'in_doubt', entry.flags);
    end if;
    entry.outcome := 'quarantined';
    return entry;
end $$;

-- Puts an entry into quarantine that can't be booked. Where even its JSON can't be read, its counted part says which windows
-- it counts in and what it cost; where the cost can't be read, it may be all that was held.
create function quarantine_entry(entry text, counted text, reason text, sqlstate text, writer_slot smallint)
returns void language plpgsql as $$
declare
    held jsonb := (
        select jsonb_object_agg(key, value) || '{"flags": "in_doubt"}' from jsonb_each(counted::jsonb)
        where key in ('request_id', 'seq', 'epoch', 'window_ids', 'window_holds'));
    known ledger := going_into_quarantine(coalesce(readable(entry), readable(counted), readable(held::text)));
begin
    insert into ledger_quarantine (entry, reason, sqlstate, slot) values (entry, reason, sqlstate, writer_slot)
    on conflict do nothing;
    if known.request_id is not null then
        perform settle_shares(array[known]);
    end if;
end $$;

-- What entries count in their windows, what was held for that, and what may come on top of it for which reason. The end of
-- requests in doubt is not known: they may have cost as much as was held. In quarantine the cost itself is in doubt.
drop function counts_of;
create function counts_of(
    entries ledger[], out window_id bigint, out epoch bigint, out request_id uuid, out seq smallint, out amount numeric,
    out held bigint, out in_doubt numeric, out reason text)
returns setof record stable language sql as $$
    select w.id, e.epoch, e.request_id, e.seq,
           case when e.outcome = 'quarantined' then 0 else c.cost end,
           h.held,
           case when e.outcome = 'quarantined' then greatest(c.cost, case when c.is_open then h.held end)
                when c.is_open then greatest(0, h.held - c.cost)
                else 0 end,
           case when e.outcome in ('interrupted', 'quarantined') then e.outcome else 'no_answer' end
    from unnest(entries) as e
    cross join lateral unnest(e.window_ids, e.window_holds) as counted (window_id, held)
    join budget_window as w on w.id = counted.window_id
    cross join lateral (select coalesce(counted.held, 0) as held) as h
    cross join lateral (
        select amount_of(e, w.measure) as cost,
               e.seq = 0 and (e.outcome = 'interrupted' or 'in_doubt' = any (string_to_array(e.flags, ','))) as is_open) as c
$$;

-- As before (V6). An entry that comes out of quarantine takes the place of its doubt, as a correction that of its guess's.
create or replace function settle_shares(entries ledger[]) returns void language plpgsql as $$
declare
    in_quarantine boolean := exists (select from doubt where reason = 'quarantined' and state <> 'released');
    covers doubt[];
    share record;
begin
    -- What was in doubt covers what comes in its place, unless somebody has released it.
    with covering as (
        update doubt as d set state = 'released', decided_at = now()
        from unnest(entries) as e
        where (e.seq = 1 or e.seq = 0 and in_quarantine and d.reason = 'quarantined')
          and d.request_id = e.request_id and d.window_id = any (e.window_ids) and d.state <> 'released'
        returning d)
    select coalesce(array_agg(covering.d), '{}') into covers from covering;

    with covered as (
        select c.window_id, c.epoch, c.amount, c.in_doubt,
               case when d.amount is not null then d.amount when c.seq = 0 or c.held < 0 then c.held else 0 end as cover
        from counts_of(entries) as c left join unnest(covers) as d using (window_id, request_id))
    insert into share_settled as total (window_id, epoch, settled, excess)
    select window_id, epoch, sum(amount), sum(greatest(0, amount + in_doubt - cover) - greatest(0, -cover))
    from covered group by 1, 2 order by 1, 2
    on conflict (window_id, epoch) do update
        set settled = total.settled + excluded.settled, excess = total.excess + excluded.excess;

    insert into doubt as known (window_id, request_id, epoch, amount, reason)
    select window_id, request_id, epoch, least(9e18, in_doubt), reason
    from counts_of(entries) where in_doubt > 0 order by window_id, request_id
    on conflict (window_id, request_id) do update
        set amount = excluded.amount, reason = excluded.reason, state = 'held', decided_at = null
        where known.reason = 'quarantined';

    for share in
        select g.window_id, g.epoch, g.granted + c.change as granted, greatest(0, s.settled) as settled
        from share_granted as g
        join share_settled as s using (window_id, epoch)
        join (select c.window_id, c.epoch,
                     sum(case when c.seq > 0 or d.amount is not null then c.amount
                              else greatest(0, c.amount + c.in_doubt - c.held) - c.in_doubt end) as change
              from counts_of(entries) as c left join unnest(covers) as d using (window_id, request_id)
              group by 1, 2) as c using (window_id, epoch)
        where c.change <> 0 or g.granted < s.settled
        order by 1, 2 for no key update of g
    loop
        update share_granted as g set granted = least(9e18, greatest(share.granted, share.settled))
        where g.window_id = share.window_id and g.epoch = share.epoch;
        -- What was released before its entries came is no longer granted.
        update share_settled as s set excess = s.excess + share.settled - share.granted
        where s.window_id = share.window_id and s.epoch = share.epoch and share.settled > share.granted;
    end loop;
end $$;

-- As before (V6), and counts what it puts into quarantine.
create or replace function book_entries(
    entries json, writer_slot smallint,
    out booked int, out corrected int, out quarantined int, out provider_cost numeric, out charge numeric)
language plpgsql as $$
declare
    range ledger_range;
    lowest uuid;
    highest uuid;
    given ledger[];
    untimely ledger[] := '{}';
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
        select coalesce(array_agg(going_into_quarantine(e)), '{}') into untimely from unnest(given) as e
        where e.request_id < lowest or e.request_id >= highest;
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

    if exists (select from unnest(added || untimely) as e where e.window_ids is not null) then
        perform settle_shares(added || untimely);
    end if;
    perform roll_up(added, writer_slot);

    select coalesce(sum(e.provider_cost), 0), coalesce(sum(e.charge), 0) into provider_cost, charge
    from unnest(added) as e;
end $$;
