-- Windows are held against the ledger every hour, by one replica, at the cost of what was booked in that hour. What was
-- booked before is kept as a sum for each window; the ledger itself is counted again only where that does not fit.

create table budget_audit (
    only_row      boolean primary key default true check (only_row),
    booked_before timestamptz not null default '-infinity',
    audited_at    timestamptz not null default '-infinity',
    drifts        int not null default 0
);

insert into budget_audit default values;

comment on column budget_audit.booked_before is 'entries booked before it are in the sums of window_audit';

create table window_audit (
    window_id bigint primary key references budget_window (id) on delete cascade,
    booked    numeric not null
);

create index ledger_by_booking on ledger using brin (booked_at) with (autosummarize = on);

-- What entries that were booked from one instant to before another count in windows; in all windows where none are named.
create function booked_in(windows bigint[], since timestamptz, before timestamptz)
returns table (window_id bigint, booked numeric) stable language sql as $$
    select w.id, sum(amount_of(e, w.measure))
    from ledger as e cross join lateral unnest(e.window_ids) as h (window_id)
    join budget_window as w on w.id = h.window_id
    where e.booked_at >= since and e.booked_at < before and e.window_ids is not null
      and (windows is null or w.id = any (windows))
    group by w.id
$$;

-- What is used of many windows at once, as use_of says it of one.
create function uses_of(
    windows bigint[], out window_id bigint, out used numeric, out settled numeric, out excess numeric)
returns setof record stable language sql as $$
    with share as (
        select window_id, epoch, sum(granted) as granted, sum(settled) as settled, sum(excess) as excess from (
            select window_id, epoch, granted, 0 as settled, 0 as excess from share_granted where window_id = any (windows)
            union all
            select window_id, epoch, 0, settled, excess from share_settled where window_id = any (windows)) as each
        group by window_id, epoch),
    cause as (
        select id as window_id, opening_balance as used, opening_balance as settled, 0 as excess
        from budget_window where id = any (windows)
        union all select window_id, greatest(granted, settled), settled, excess from share
        union all select window_id, amount, 0, 0 from doubt where window_id = any (windows) and state <> 'released'
        union all select window_id, amount, 0, 0 from durable_hold where window_id = any (windows) and state = 'held')
    select window_id, sum(used), sum(settled), sum(excess) from cause group by window_id
$$;

-- Where the figures of windows don't fit together, given what is booked; empty as long as all is well. What the ledger has
-- dropped can't be held against it.
create function drift_of(windows bigint[], booked numeric[])
returns table (window_id bigint, what text, expected numeric, actual numeric) stable language sql as $$
    with known as (
        select w.*, u.used, u.settled, u.excess, given.booked, rule.mode
        from unnest(windows, booked) as given (id, booked)
        join budget_window as w on w.id = given.id
        join rule on rule.id = w.budget_id
        join uses_of(windows) as u on u.window_id = w.id)
    select id, 'settled is not what the ledger has booked', booked, settled - opening_balance
    from known
    where opened_at >= (select floor + interval '1 day' from ledger_range) and settled - opening_balance <> booked
    union all
    select id, 'more is used than the amount and what exceeded its holds', amount + excess, used
    from known where mode = 'hard' and used > greatest(amount, opening_balance) + excess
    union all
    select s.window_id, 'a replica has settled more than it was granted', coalesce(g.granted, s.excess), s.settled
    from known join share_settled as s on s.window_id = known.id left join share_granted as g using (window_id, epoch)
    where mode = 'hard' and s.settled > coalesce(g.granted, s.excess)
$$;

-- Holds all windows, or those that are named, against the whole ledger, in one snapshot.
drop function budget_drift;
create function budget_drift(windows bigint[] default null)
returns table (window_id bigint, what text, expected numeric, actual numeric) stable language sql as $$
    select d.* from (
        select array_agg(w.id) as ids, array_agg(coalesce(b.booked, 0)) as booked
        from budget_window as w left join booked_in(windows, '-infinity', 'infinity') as b on b.window_id = w.id
        where windows is null or w.id = any (windows)) as every
    cross join lateral drift_of(every.ids, every.booked) as d
$$;

-- Audits windows that are open, ended within two days or were booked in, unless that was done within the pause. Answers
-- how many figures did not fit the last time that anybody did; each of them raises an alert, once.
create function audit_budgets(pause interval, margin interval default '10 s') returns int language plpgsql as $$
declare
    last budget_audit;
    until timestamptz;
    suspects bigint[];
    drift record;
begin
    select * into strict last from budget_audit;
    if last.audited_at > now() - pause or not pg_try_advisory_xact_lock(7008) then
        return last.drifts;
    end if;
    -- No transaction that began before is under way any more: none adds entries that would be left out of the sums. One that
    -- begins this moment may not be seen yet, for which there is the margin.
    select greatest(last.booked_before, least(now(), min(xact_start)) - margin) into until
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();

    -- One statement: a snapshot. The sums that it reads are those before it adds to them.
    with recent as (
        select * from booked_in(null, last.booked_before, 'infinity')),
    due as (
        select w.id, coalesce(a.booked, 0) + coalesce(r.booked, 0) as booked
        from budget_window as w
        left join recent as r on r.window_id = w.id
        left join window_audit as a on a.window_id = w.id
        where w.state = 'open' or w.ends_at > now() - interval '2 days' or r.window_id is not null),
    summed as (
        insert into window_audit as known (window_id, booked)
        select window_id, booked from booked_in(null, last.booked_before, until)
        on conflict (window_id) do update set booked = known.booked + excluded.booked)
    select array_agg(distinct d.window_id) into suspects
    from (select array_agg(id) as ids, array_agg(booked) as booked from due) as every
    cross join lateral drift_of(every.ids, every.booked) as d;

    last.drifts := 0;
    if suspects is not null then
        for drift in
            select d.*, w.budget_id, w.subject from budget_drift(suspects) as d join budget_window as w on w.id = d.window_id
            order by d.window_id, d.what
        loop
            last.drifts := last.drifts + 1;
            perform raise_alert(
                'budget_drift', format('drift:%s:%s', drift.window_id, drift.what), null,
                jsonb_build_object('budget_id', drift.budget_id, 'subject', drift.subject, 'window_id', drift.window_id,
                                   'what', drift.what, 'expected', drift.expected, 'actual', drift.actual),
                'critical', format('Window %s of budget %s: %s', drift.window_id, drift.budget_id, drift.what));
        end loop;
        update window_audit as a set booked = coalesce(b.booked, 0)
        from unnest(suspects) as s (id) left join booked_in(suspects, '-infinity', until) as b on b.window_id = s.id
        where a.window_id = s.id;
    end if;
    update budget_audit set booked_before = until, audited_at = now(), drifts = last.drifts;
    return last.drifts;
end $$;
