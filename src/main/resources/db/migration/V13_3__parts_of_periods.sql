-- Where another zone or period leaves a window only a part of its period, it has that part of the amount. So however often
-- they change, no more than one amount per period may be spent.

alter table budget_window add column period_seconds bigint check (period_seconds > 0);

comment on column budget_window.period_seconds is
    'how long a whole period is, where neighbours have left the window only a part of it; else null';

-- What a budget gives a window: its amount, or the window's part of that, rounded down.
create function base_amount_of(w budget_window, b budget) returns bigint immutable language sql as $$
    select case
        when b.period = 'credit' then 0
        when w.period_seconds is null then multiplied(b.amount, b.multiplier)
        else div(multiplied(b.amount, b.multiplier) * extract(epoch from w.ends_at - w.starts_at), w.period_seconds)::bigint
    end
$$;

-- As before (V6), with parts of periods. Who has not heard yet that the budget has other periods opens none.
drop function open_window;
create function open_window(
    asked_budget text, asked_subject text, at timestamptz, range_start timestamptz, range_end timestamptz,
    asked_period text default null)
returns budget_window language plpgsql set lock_timeout = '2s' as $$
declare
    rule budget;
    found_window budget_window;
    before budget_window;
    opened budget_window;
begin
    select * into found_window from budget_window
    where budget_id = asked_budget and subject = asked_subject and starts_at <= at and ends_at > at;
    if found then
        return found_window;
    end if;
    perform pg_advisory_xact_lock(7004, hashtext(asked_budget || ' ' || asked_subject));
    select * into found_window from budget_window
    where budget_id = asked_budget and subject = asked_subject and starts_at <= at and ends_at > at;
    if found then
        return found_window;
    end if;
    -- Who changes the budget waits until the window is there, and changes that, too.
    select * into strict rule from budget where id = asked_budget for share;
    if rule.period <> asked_period then
        raise exception 'budget % has a period of a % by now', asked_budget, rule.period;
    end if;
    select * into before from budget_window
    where budget_id = asked_budget and subject = asked_subject and ends_at <= at order by ends_at desc limit 1;
    opened.starts_at := greatest(range_start, before.ends_at);
    opened.ends_at := least(range_end, (
        select min(starts_at) from budget_window
        where budget_id = asked_budget and subject = asked_subject and starts_at > at));
    if rule.period not in ('total', 'credit') and (opened.starts_at > range_start or opened.ends_at < range_end) then
        opened.period_seconds := extract(epoch from range_end - range_start);
    end if;
    insert into budget_window (
        budget_id, subject, seq, starts_at, ends_at, period_seconds, measure, base_amount, carried, target_amount, amount)
    select asked_budget, asked_subject,
           (select coalesce(max(seq), 0) + 1 from budget_window where budget_id = asked_budget and subject = asked_subject),
           opened.starts_at, opened.ends_at, opened.period_seconds, rule.measure, base_amount_of(opened, rule),
           case when rule.carry_over and before.state = 'closed' and before.ends_at >= range_start
                then carried_from(before, rule) else 0 end,
           0, 0
    returning * into opened;
    perform expire_credit(opened.id);
    perform set_target(opened.id);
    select * into strict found_window from budget_window where id = opened.id;
    return found_window;
end $$;
