-- What is asked often stays cheap, however many windows there are.

-- As before (V6), in a language that keeps its plan: before PostgreSQL 18 functions in SQL are planned anew with each call,
-- which took longer than all else that a grant does.
create or replace function use_of(
    w bigint, out used numeric, out settled numeric, out granted numeric, out in_doubt numeric, out durable numeric,
    out excess numeric)
stable language plpgsql as $$
#variable_conflict use_column
begin
    with share as (
        select epoch, sum(granted) as granted, sum(settled) as settled, sum(excess) as excess from (
            select epoch, granted, 0 as settled, 0 as excess from share_granted where window_id = w
            union all select epoch, 0, settled, excess from share_settled where window_id = w) as each
        group by epoch),
    shares as (
        select coalesce(sum(greatest(granted, settled)), 0) as used, coalesce(sum(settled), 0) as settled,
               coalesce(sum(granted), 0) as granted, coalesce(sum(excess), 0) as excess
        from share),
    doubts as (select coalesce(sum(amount), 0) as amount from doubt where window_id = w and state <> 'released'),
    holds as (select coalesce(sum(amount), 0) as amount from durable_hold where window_id = w and state = 'held')
    select b.opening_balance + shares.used + doubts.amount + holds.amount, b.opening_balance + shares.settled,
           shares.granted, doubts.amount, holds.amount, shares.excess
    into used, settled, granted, in_doubt, durable, excess
    from budget_window as b, shares, doubts, holds
    where b.id = w;
end $$;

-- As before (V6), and finds what is due by indexes: the question is asked every second, mostly for nothing.
create or replace function change_due_windows() returns int language plpgsql as $$
declare
    due bigint;
    changed int := 0;
begin
    for due in
        select id from budget_window
        where id in (
            select id from budget_window where state = 'open' and next_change_at <= now()
            union all
            select w.id from credit_top_up as t join budget_window as w using (budget_id, subject)
            where t.expires_at <= now() and t.expired_at is null and w.state = 'open')
        order by id limit 200 for no key update skip locked
    loop
        perform expire_credit(due);
        perform set_target(due);
        changed := changed + 1;
    end loop;
    return changed;
end $$;

-- As before (V6), in the order in which they end, in which an index has them: most windows are no longer open, and most that
-- are have not ended.
create or replace function close_windows() returns int language plpgsql as $$
declare
    ended_id bigint;
    ended budget_window;
    rule budget;
    next_id bigint;
    closed int := 0;
begin
    if not pg_try_advisory_xact_lock(7006) then
        return 0; -- another replica is about it
    end if;
    for ended_id in
        select id from budget_window as b
        where state = 'open' and ends_at < now() - interval '1 minute'
          and not exists (
              select from share_granted as g join replica as r using (epoch)
              left join share_settled as s on s.window_id = g.window_id and s.epoch = g.epoch
              where g.window_id = b.id and r.state = 'live' and r.seen_at > now() - interval '1 minute'
                and g.granted > coalesce(s.settled, 0))
        order by ends_at limit 200 for no key update skip locked
    loop
        select * into strict ended from budget_window where id = ended_id; -- with what the one before it has left
        select * into strict rule from budget where id = ended.budget_id;
        if rule.carry_over then
            -- Who opens the next window meanwhile sees either that this one is closed or is seen here. To wait could be to
            -- wait in a circle; what can't be locked at once is closed the next time.
            continue when not pg_try_advisory_xact_lock(7004, hashtext(ended.budget_id || ' ' || ended.subject));
            select id into next_id from budget_window
            where budget_id = ended.budget_id and subject = ended.subject and starts_at = ended.ends_at and state = 'open';
            if next_id is not null then
                perform from budget_window where id = next_id for no key update skip locked;
                continue when not found;
                update budget_window set carried = carried_from(ended, rule) where id = next_id;
                perform set_target(next_id);
            end if;
        end if;
        update budget_window set state = 'closed' where id = ended.id;
        closed := closed + 1;
    end loop;
    return closed;
end $$;
