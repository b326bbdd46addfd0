-- Limits and budgets: rules, the windows of budgets, and how replicas share a window's money. How that stays exact is in
-- docs/adr/0020-budgets-are-leased.md.

-- Rules. A scope says whose requests a rule counts: those beneath an owner, of some models, a feature, a tag or an end
-- user where these are named. With "per" each organization, client, key, … beneath the owner has a count of its own.

create table limits_version (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);

insert into limits_version (version) values (1);

create function limits_changed() returns trigger language plpgsql as $$
begin
    update limits_version set version = version + 1;
    notify tollgate_limits;
    return null;
end $$;

create function give_limits_version() returns trigger language plpgsql as $$
begin
    new.version := (select version from limits_version);
    new.updated_at := now();
    return new;
end $$;

create table tier (
    name        text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,63}$'),
    description text not null default '',
    archived_at timestamptz,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    version     bigint not null default 1
);

comment on table tier is 'a bundle of rules for organizations; the rules are those that it owns';

-- What budgets and limits have in common.
create table rule (
    id              text primary key,
    name            text not null default '',
    owner           text not null check (owner in ('platform', 'tier', 'organization', 'client', 'key', 'account')),
    owner_id        text not null default '' check ((owner = 'platform') = (owner_id = '')),
    organization_id text references organization (id),
    models          text[] check (cardinality(models) > 0),
    feature         text,
    tag_key         text,
    tag_value       text check (tag_value is null or tag_key is not null),
    end_user        text,
    per             text[] not null default '{}'
        check (per <@ '{organization,client,key,feature,end_user,model,tag}' and (not 'tag' = any (per) or tag_key is not null)),
    mode            text not null default 'hard' check (mode in ('hard', 'soft', 'shadow')),
    origin          text,
    enabled         boolean not null default true,
    archived_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         bigint not null default 1,
    check ((owner in ('organization', 'client', 'key')) = (organization_id is not null))
);

comment on column rule.organization_id is 'whose rule it is; null for rules of the platform, a tier or an account';
comment on column rule.models is 'names, or beginnings of names followed by a star; null is every model';
comment on column rule.per is 'what each has a count of its own; none is one count for all';
comment on column rule.mode is 'hard refuses, soft only alerts, shadow reports what it would have refused';
comment on column rule.origin is 'what made it and keeps it, such as setting:…; null where it was made by itself';

create index rule_by_version on rule (version);
create index rule_by_owner on rule (owner, owner_id);
create index rule_by_organization on rule (organization_id, created_at, id);
create index rule_by_origin on rule (origin) where origin is not null;

create table usage_limit (
    id             text primary key references rule (id) check (id like 'lim\_%'),
    kind           text not null check (kind in ('requests', 'tokens', 'input_tokens', 'output_tokens', 'concurrency',
                       'request_bytes', 'output_cap', 'deadline', 'price_per_request', 'share_per_request')),
    amount         bigint not null check (amount >= 0),
    period_seconds int check (period_seconds in (1, 60, 3600, 86400)),
    burst          bigint check (burst > 0),
    check ((kind in ('requests', 'tokens', 'input_tokens', 'output_tokens')) = (period_seconds is not null))
);

comment on column usage_limit.amount is 'requests, tokens, bytes, seconds (deadline), nanodollars (price_per_request) or'
    ' hundredths of a percent of the smallest monthly money budget (share_per_request)';
comment on column usage_limit.burst is 'how many may come at once; null is the whole amount';

create table budget (
    id             text primary key references rule (id) check (id like 'bud\_%'),
    measure        text not null default 'charge'
        check (measure in ('charge', 'provider_cost', 'tokens', 'input_tokens', 'output_tokens', 'requests')),
    amount         bigint not null check (amount >= 0),
    multiplier     int not null default 1000 check (multiplier between 0 and 1000000),
    period         text not null
        check (period in ('hour', 'day', 'week', 'month', 'quarter', 'year', 'total', 'credit')),
    zone           text not null default 'UTC',
    week_start     smallint not null default 1 check (week_start between 1 and 7),
    year_start     smallint not null default 1 check (year_start between 1 and 12),
    carry_over     boolean not null default false,
    carry_over_max bigint check (carry_over_max >= 0),
    thresholds     smallint[] not null default '{75,90,100}'
);

comment on column budget.measure is 'what is counted: nanodollars (charge, provider_cost), tokens or requests';
comment on column budget.multiplier is 'thousandths by which a season multiplies the amount';
comment on column budget.period is 'credit is a balance of top-ups, which has no period';
comment on column budget.week_start is '1 is Monday';
comment on column budget.year_start is 'the first month of the fiscal year, from which its quarters count, too';
comment on column budget.thresholds is 'percent of the amount at which an alert is sent';

do $$
declare
    rules text;
begin
    foreach rules in array array['tier', 'rule'] loop
        execute format('create trigger a_take_version before insert or update on %I
                        for each statement execute function limits_changed()', rules);
        execute format('create trigger b_give_version before insert or update on %I
                        for each row execute function give_limits_version()', rules);
    end loop;
end $$;

-- What a rule says changes together with its version.
create function touch_rule() returns trigger language plpgsql as $$
begin
    update rule set updated_at = now() where id = new.id;
    return null;
end $$;

create trigger touch_rule after update on usage_limit for each row execute function touch_rule();
create trigger touch_rule after update on budget for each row execute function touch_rule();

-- A call that stops spend, until it is lifted.
create table spend_stop (
    id           text primary key check (id like 'stp\_%'),
    owner        text not null check (owner in ('platform', 'organization', 'client', 'key', 'model', 'account')),
    owner_id     text not null default '' check ((owner = 'platform') = (owner_id = '')),
    organization_id text references organization (id),
    origin       text,
    cut_streams  boolean not null default false,
    reason       text not null default '',
    lifted_at    timestamptz,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    version      bigint not null default 1
);

comment on column spend_stop.origin is '"platform" where the platform stopped an organization, which can''t lift that itself';

create index spend_stop_by_version on spend_stop (version);

create trigger a_take_version before insert or update on spend_stop
    for each statement execute function limits_changed();
create trigger b_give_version before insert or update on spend_stop
    for each row execute function give_limits_version();

-- The windows of budgets. A window is a row: its bounds never change, and no replica computes them on its own.

create table budget_window (
    id              bigint generated always as identity primary key,
    budget_id       text not null references budget (id),
    subject         text not null default '',
    seq             int not null,
    starts_at       timestamptz not null,
    ends_at         timestamptz not null check (ends_at > starts_at),
    measure         text not null,
    base_amount     bigint not null,
    carried         bigint not null default 0,
    target_amount   bigint not null,
    amount          bigint not null,
    opening_balance bigint not null default 0,
    state           text not null default 'open' check (state in ('open', 'closed')),
    next_change_at  timestamptz,
    recalled_at     timestamptz,
    opened_at       timestamptz not null default now(),
    unique (budget_id, subject, seq),
    unique (budget_id, subject, starts_at)
) with (fillfactor = 70);

comment on column budget_window.subject is 'whose count it is where the rule counts per something; else empty';
comment on column budget_window.target_amount is 'what may be used: base, carried over, increases';
comment on column budget_window.amount is 'in force: the target, or after a decrease what was used by then, if that is more';
comment on column budget_window.opening_balance is 'what was used before Tollgate counted';
comment on column budget_window.next_change_at is 'when an increase begins or ends';
comment on column budget_window.recalled_at is 'when replicas were asked last to give back what they do not need';

create index budget_window_open on budget_window (ends_at) where state = 'open';
create index budget_window_recalled on budget_window (recalled_at) where recalled_at is not null;
create index budget_window_changing on budget_window (next_change_at) where next_change_at is not null;

create table budget_increase (
    id         text primary key check (id like 'inc\_%'),
    budget_id  text not null references budget (id),
    subject    text not null default '',
    amount     bigint not null check (amount > 0),
    starts_at  timestamptz not null default now(),
    ends_at    timestamptz not null check (ends_at > starts_at),
    reason     text not null default '',
    created_at timestamptz not null default now()
);

create index budget_increase_by_budget on budget_increase (budget_id, subject);

create table credit_top_up (
    id         text primary key check (id like 'top\_%'),
    budget_id  text not null references budget (id),
    subject    text not null default '',
    amount     bigint not null check (amount > 0),
    forfeited  bigint not null default 0 check (forfeited between 0 and amount),
    expires_at timestamptz,
    expired_at timestamptz,
    reason     text not null default '',
    created_at timestamptz not null default now()
);

create index credit_top_up_by_budget on credit_top_up (budget_id, subject);
create index credit_top_up_expiring on credit_top_up (expires_at) where expired_at is null;

-- Replicas. One is known by its journal: a new process over the same journal takes the place of the one before.

alter table replica add column journal_id uuid;

comment on column replica.state is 'live, superseded (its journal has a new process) or closed';

create function open_replica(journal uuid, out replica_epoch bigint, out replica_slot smallint) language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7003);
    update replica set state = 'superseded' where journal_id = journal and state = 'live';
    select o.replica_epoch, o.replica_slot into replica_epoch, replica_slot from open_replica() as o;
    update replica set journal_id = journal where epoch = replica_epoch;
end $$;

-- Shares. What a replica may hold and spend of a window without asking is granted to it; what it has spent is settled. Each
-- row has one writer of each: grants by the replica's grant path, settlements by its batches.

create table share_granted (
    window_id   bigint not null references budget_window (id),
    epoch       bigint not null references replica (epoch),
    granted     bigint not null check (granted >= 0),
    call        bigint not null,
    given       bigint not null,
    primary key (window_id, epoch)
) with (fillfactor = 60);

create index share_granted_by_epoch on share_granted (epoch);

comment on column share_granted.granted is 'what it has settled, holds, and may still hold';
comment on column share_granted.call is 'the number of the last call, so that a repeated one is not done twice';
comment on column share_granted.given is 'what the last call gave, or took if negative';

create table share_settled (
    window_id bigint not null references budget_window (id),
    epoch     bigint not null,
    settled   numeric not null,
    excess    numeric not null,
    primary key (window_id, epoch)
) with (fillfactor = 60);

comment on column share_settled.excess is 'what requests cost beyond what was held for them, or was still granted for them';

create table doubt (
    id         bigint generated always as identity primary key,
    window_id  bigint not null references budget_window (id),
    request_id uuid not null,
    epoch      bigint not null,
    amount     bigint not null check (amount > 0),
    reason     text not null,
    state      text not null default 'held' check (state in ('held', 'released', 'charged')),
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    unique (window_id, request_id)
);

comment on table doubt is 'what calls may have cost beyond what was booked, as nobody knows how they ended';
comment on column doubt.state is 'held until it is decided; charged counts as used for good, released no longer';

create index doubt_used on doubt (window_id) where state <> 'released';

-- What is held for work that outlives a request.
create table durable_hold (
    id         bigint generated always as identity primary key,
    window_id  bigint not null references budget_window (id),
    request_id uuid not null,
    amount     bigint not null check (amount > 0),
    state      text not null default 'held' check (state in ('held', 'settled', 'released')),
    created_at timestamptz not null default now(),
    unique (window_id, request_id)
);

create index durable_hold_held on durable_hold (window_id) where state = 'held';

-- What is used of a window, by what cause. For callers that have locked the window, in a statement after the lock.
create function use_of(
    w bigint, out used numeric, out settled numeric, out granted numeric, out in_doubt numeric, out durable numeric,
    out excess numeric)
stable language sql as $$
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
    from budget_window as b, shares, doubts, holds
    where b.id = w
$$;

-- Opens the window of a budget that holds an instant, unless there is one. Its bounds are cut where neighbours lie.
create function open_window(
    asked_budget text, asked_subject text, at timestamptz, range_start timestamptz, range_end timestamptz)
returns budget_window language plpgsql set lock_timeout = '2s' as $$
declare
    rule budget;
    found_window budget_window;
    before budget_window;
    after_start timestamptz;
    opened bigint;
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
    select * into before from budget_window
    where budget_id = asked_budget and subject = asked_subject and ends_at <= at order by ends_at desc limit 1;
    select min(starts_at) into after_start from budget_window
    where budget_id = asked_budget and subject = asked_subject and starts_at > at;
    insert into budget_window (budget_id, subject, seq, starts_at, ends_at, measure, base_amount, carried, target_amount, amount)
    select asked_budget, asked_subject,
           (select coalesce(max(seq), 0) + 1 from budget_window where budget_id = asked_budget and subject = asked_subject),
           greatest(range_start, before.ends_at), least(range_end, after_start), rule.measure,
           case when rule.period = 'credit' then 0 else least(rule.amount::numeric * rule.multiplier / 1000, 9e18) end,
           case when rule.carry_over and before.state = 'closed' and before.ends_at >= range_start
                then carried_from(before, rule) else 0 end,
           0, 0
    returning id into opened;
    perform expire_credit(opened);
    perform set_target(opened);
    select * into strict found_window from budget_window where id = opened;
    return found_window;
end $$;

-- What a window that is closed leaves to the next one.
create function carried_from(ended budget_window, rule budget) returns bigint stable language sql as $$
    select greatest(0, least(ended.target_amount - (use_of(ended.id)).used, coalesce(rule.carry_over_max, 9e18)))::bigint
$$;

-- Computes anew what may be used of a window. A decrease is in force at once for what was not used yet.
create function set_target(w bigint) returns void language plpgsql as $$
declare
    it budget_window;
    target bigint;
begin
    select * into strict it from budget_window where id = w for no key update;
    select least(9e18, it.base_amount::numeric + it.carried
        + coalesce((select sum(amount) from budget_increase as i where i.budget_id = it.budget_id and i.subject = it.subject
                    and i.starts_at <= now() and i.ends_at > now()), 0)
        + coalesce((select sum(amount - forfeited) from credit_top_up as t
                    where t.budget_id = it.budget_id and t.subject = it.subject), 0))
    into target;
    update budget_window set
        target_amount = target,
        amount = greatest(target, least(it.amount, (use_of(w)).used)),
        next_change_at = (
            select min(moment) from budget_increase as i cross join lateral (values (i.starts_at), (i.ends_at)) as m (moment)
            where i.budget_id = it.budget_id and i.subject = it.subject and moment > now() and moment < it.ends_at)
    where id = w;
    if target < it.target_amount then
        perform recall_window(w);
    end if;
end $$;

-- Lets the amount in force of a window that was decreased fall to what is used by now. For callers that have locked it.
create function lower_amount(w bigint) returns void language sql as $$
    update budget_window set amount = greatest(target_amount, least(amount, (use_of(w)).used))
    where id = w and amount > target_amount
$$;

-- Says what was used of a window before Tollgate counted. What replicas have of it stays theirs, as after a decrease.
create function set_opening_balance(w bigint, balance bigint) returns void language plpgsql as $$
begin
    perform from budget_window where id = w for no key update;
    update budget_window set opening_balance = balance where id = w;
    update budget_window set amount = greatest(amount, (use_of(w)).used) where id = w;
    perform lower_amount(w);
    perform recall_window(w);
end $$;

-- Asks all replicas to give back what they don't need of a window; at most ten times a second.
create function recall_window(w bigint) returns void language plpgsql as $$
begin
    update budget_window set recalled_at = clock_timestamp()
    where id = w and (recalled_at is null or recalled_at < clock_timestamp() - interval '100 ms');
    if found then
        perform pg_notify('tollgate_recall', w::text);
    end if;
end $$;

-- Gives a replica a share of a window: all that it needs, or nothing; more than that, up to what it wants, while much is
-- free. The window is locked first and its use computed in a statement of its own, which sees what others were given
-- meanwhile. A call that comes again gets the same answer; one that comes late, after a later one, does nothing, which is
-- why refusals are remembered, too.
create function grant_share(
    w bigint, asking_epoch bigint, call_number bigint, need bigint, want bigint,
    out status text, out given bigint, out amount bigint, out settled bigint, out in_doubt bigint, out used bigint)
language plpgsql set lock_timeout = '2s' as $$
declare
    it budget_window;
    mine share_granted;
    replicas int;
    free bigint;
    slice bigint;
begin
    given := 0;
    perform from replica where epoch = asking_epoch and state = 'live' for share;
    if not found then
        status := 'superseded';
        return;
    end if;
    select * into it from budget_window where id = w for no key update;
    if it.id is null or it.state = 'closed' then
        status := 'closed';
        return;
    end if;
    amount := it.target_amount;
    select least(9e18, u.used), least(9e18, u.settled), u.in_doubt into used, settled, in_doubt from use_of(w) as u;
    select * into mine from share_granted as s where s.window_id = w and s.epoch = asking_epoch for no key update;
    if mine.call >= call_number then
        status := case when mine.given > 0 then 'given' else 'refused' end;
        given := greatest(0, mine.given);
        return;
    end if;
    free := it.target_amount - used;
    if need > free then
        status := 'refused';
        slice := 0;
    else
        select greatest(1, count(*)) into replicas from replica
        where state = 'live' and seen_at > now() - interval '10 s';
        status := 'given';
        slice := free / (4 * replicas);
        slice := case when slice / 2 < need then need else least(want, slice) end;
        slice := greatest(slice, need);
    end if;
    -- The first grant comes on top of what was spent without one: while the budget only counted, or in an outage.
    insert into share_granted as s (window_id, epoch, granted, call, given)
    values (w, asking_epoch, slice + least(9e18 - slice, greatest(0, coalesce(
                (select t.settled from share_settled as t where t.window_id = w and t.epoch = asking_epoch), 0))),
            call_number, slice)
    on conflict (window_id, epoch) do update
        set granted = s.granted + excluded.given, call = excluded.call, given = excluded.given;
    given := slice;
    used := used + slice;
end $$;

-- Takes back what a replica doesn't need. Once another process has its journal, that decides what is given back.
create function return_share(w bigint, asking_epoch bigint, call_number bigint, taken bigint) returns void
language plpgsql set lock_timeout = '2s' as $$
begin
    perform from replica where epoch = asking_epoch and state = 'live' for share;
    if not found then
        return;
    end if;
    perform from budget_window where id = w for no key update;
    update share_granted set granted = granted - taken, call = call_number, given = -taken
    where window_id = w and epoch = asking_epoch and call < call_number;
    perform lower_amount(w);
end $$;

-- Takes back what ended replicas were granted and did not spend. Answers of how many shares something was taken.
create function release_shares_of(ended bigint[]) returns int language plpgsql as $$
declare
    windows bigint[];
    released int;
begin
    select array_agg(id) into windows from (
        select id from budget_window
        where id in (select g.window_id from share_granted as g left join share_settled as s using (window_id, epoch)
                     where g.epoch = any (ended) and g.granted > greatest(0, coalesce(s.settled, 0)))
        order by id for no key update) as locked;
    perform from share_granted where window_id = any (windows) and epoch = any (ended) order by window_id, epoch
    for no key update;
    update share_granted as g
    set granted = greatest(0, coalesce(
        (select settled from share_settled as s where s.window_id = g.window_id and s.epoch = g.epoch), 0))
    where g.window_id = any (windows) and g.epoch = any (ended);
    get diagnostics released = row_count;
    perform lower_amount(w) from unnest(windows) as w;
    return released;
end $$;

-- Takes back what ended replicas of a journal were granted and did not spend. Only for whoever has the journal locked and
-- has booked all that is in it.
create function release_shares(journal uuid, before_epoch bigint) returns int language sql as $$
    select release_shares_of(array(
        select epoch from replica where journal_id = journal and epoch < before_epoch and state <> 'live'))
$$;

-- Decides what becomes of a doubt: 'released' or 'charged'. False where that was done before, or the truth came.
create function decide_doubt(asked bigint, decision text) returns boolean language plpgsql as $$
declare
    of_window bigint;
    decided boolean;
begin
    select window_id into of_window from doubt where id = asked;
    perform from budget_window where id = of_window for no key update;
    update doubt set state = decision, decided_at = now() where id = asked and state = 'held';
    decided := found;
    perform lower_amount(of_window);
    return decided;
end $$;

-- Says that a replica is alive, and answers what it has to know: the version of the rules, how many replicas there are,
-- and which of its windows were recalled in the last seconds.
create function beat(
    asking_epoch bigint, out live boolean, out replicas int, out rules_version bigint, out recalled bigint[])
language plpgsql as $$
begin
    update replica set seen_at = now()
    where epoch = asking_epoch and state = 'live' and seen_at < now() - interval '2 s';
    live := exists (select from replica where epoch = asking_epoch and state = 'live');
    select count(*) into replicas from replica where state = 'live' and seen_at > now() - interval '10 s';
    select version into rules_version from limits_version;
    select coalesce(array_agg(id), '{}') into recalled from budget_window
    where recalled_at > now() - interval '3 s'
      and exists (select from share_granted where window_id = id and epoch = asking_epoch and granted > 0);
end $$;

-- Closes windows that have ended and of which live replicas have given back what they did not spend, and carries over
-- what is left. Answers how many were closed.
create function close_windows() returns int language plpgsql as $$
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
        order by id limit 200 for no key update skip locked
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

-- Lets credit of a window expire that is due. What expires first is spent first; of what is granted to replicas nobody
-- knows yet, it counts as spent.
create function expire_credit(w bigint) returns void language plpgsql as $$
declare
    it budget_window;
    due credit_top_up;
    spent numeric;
begin
    select * into strict it from budget_window where id = w for no key update;
    select used into spent from use_of(w);
    for due in
        select * from credit_top_up as t
        where t.budget_id = it.budget_id and t.subject = it.subject and expires_at <= now() and expired_at is null
        order by expires_at, id for no key update
    loop
        update credit_top_up set expired_at = now(), forfeited = greatest(0, least(due.amount, (
            select sum(t.amount - t.forfeited) from credit_top_up as t
            where t.budget_id = it.budget_id and t.subject = it.subject
              and (t.expires_at, t.id) <= (due.expires_at, due.id)) - spent))
        where id = due.id;
    end loop;
end $$;

-- Does what is due: increases that begin or end, credit that expires. Answers how many windows changed.
create function change_due_windows() returns int language plpgsql as $$
declare
    due bigint;
    changed int := 0;
begin
    for due in
        select id from budget_window as w
        where state = 'open' and (next_change_at <= now() or exists (
            select from credit_top_up as t
            where t.budget_id = w.budget_id and t.subject = w.subject and t.expires_at <= now() and t.expired_at is null))
        order by id limit 200 for no key update skip locked
    loop
        perform expire_credit(due);
        perform set_target(due);
        changed := changed + 1;
    end loop;
    return changed;
end $$;

-- The ledger says which windows a request counts in, and what was held of each.

alter table ledger
    add column epoch        bigint,
    add column window_ids   bigint[],
    add column window_holds bigint[];

comment on column ledger.epoch is 'the run of the replica that held for the request';
comment on column ledger.window_ids is 'the budget windows that the entry counts in';
comment on column ledger.window_holds is 'what was held of each; of a correction, what the guess had left of it';

-- What an entry counts in a window that counts a measure.
create function amount_of(entry ledger, measure text) returns numeric immutable language sql as $$
    select case measure
        when 'charge' then entry.charge
        when 'provider_cost' then entry.provider_cost
        when 'tokens' then entry.input_tokens::numeric + entry.output_tokens
        when 'input_tokens' then entry.input_tokens
        when 'output_tokens' then entry.output_tokens
        when 'requests' then requests_of(entry) end
$$;

-- What entries count in their windows, and what was held for that. The end of requests in doubt is not known: they may
-- have cost as much as was held.
create function counts_of(
    entries ledger[], out window_id bigint, out epoch bigint, out request_id uuid, out seq smallint, out amount numeric,
    out held bigint, out in_doubt boolean, out interrupted boolean)
returns setof record stable language sql as $$
    select w.id, e.epoch, e.request_id, e.seq, amount_of(e, w.measure), coalesce(h.held, 0),
           e.seq = 0 and (e.outcome = 'interrupted' or coalesce('in_doubt' = any (string_to_array(e.flags, ',')), false)),
           e.outcome = 'interrupted'
    from unnest(entries) as e
    cross join lateral unnest(e.window_ids, e.window_holds) as h (window_id, held)
    join budget_window as w on w.id = h.window_id
$$;

-- Counts entries in their windows: what they cost is settled, what they cost beyond their hold is an excess, and what may
-- come on top of those whose end is not known is in doubt.
--
-- What is granted to a replica always covers what it has settled, holds and may still hold. So what is granted falls by a
-- doubt, which takes its place; it rises by an excess, and it follows corrections, of which the replica knows nothing.
create function settle_shares(entries ledger[]) returns void language plpgsql as $$
declare
    share record;
begin
    -- A correction is covered by the doubt that its guess has left, unless somebody has released that.
    with known as (
        update doubt as d set state = 'released', decided_at = now()
        from unnest(entries) as e
        where e.seq = 1 and d.request_id = e.request_id and d.window_id = any (e.window_ids) and d.state <> 'released'
        returning d.window_id, d.request_id, d.amount),
    covered as (
        select c.window_id, c.epoch, c.amount,
               case when c.seq = 0 or c.held < 0 then c.held when c.seq = 1 then coalesce(known.amount, 0) else 0 end as cover
        from counts_of(entries) as c left join known using (window_id, request_id))
    insert into share_settled as total (window_id, epoch, settled, excess)
    select window_id, epoch, sum(amount), sum(greatest(0, amount - cover) - greatest(0, -cover))
    from covered group by 1, 2 order by 1, 2
    on conflict (window_id, epoch) do update
        set settled = total.settled + excluded.settled, excess = total.excess + excluded.excess;

    insert into doubt (window_id, request_id, epoch, amount, reason)
    select c.window_id, c.request_id, c.epoch, c.held - c.amount,
           case when c.interrupted then 'interrupted' else 'no_answer' end
    from counts_of(entries) as c
    where c.in_doubt and c.held > c.amount
    order by c.window_id, c.request_id
    on conflict do nothing;

    for share in
        select g.window_id, g.epoch, g.granted + c.change as granted, s.settled
        from share_granted as g
        join share_settled as s using (window_id, epoch)
        join (select window_id, epoch,
                     sum(case when seq > 0 then amount when in_doubt then amount - held
                              else greatest(0, amount - held) end) as change
              from counts_of(entries) group by 1, 2) as c using (window_id, epoch)
        where c.change <> 0 or g.granted < s.settled
        order by 1, 2 for no key update of g
    loop
        update share_granted as g set granted = least(9e18, greatest(0, share.granted, share.settled))
        where g.window_id = share.window_id and g.epoch = share.epoch;
        -- What was released before its entries came is no longer granted.
        update share_settled as s set excess = s.excess + share.settled - share.granted
        where s.window_id = share.window_id and s.epoch = share.epoch and share.settled > greatest(0, share.granted);
    end loop;
end $$;

-- What is left of the holds of a guess when it is booked.
create function left_of_holds(guess ledger) returns bigint[] stable language sql as $$
    select array_agg(greatest(-9e18, h.held - coalesce(amount_of(guess, w.measure), 0))::bigint order by h.place)
    from unnest(guess.window_ids, guess.window_holds) with ordinality as h (window_id, held, place)
    left join budget_window as w on w.id = h.window_id
$$;

-- As before (V3), and counts what was inserted in the windows of budgets.
create or replace function book_entries(
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

    if exists (select from unnest(added) as e where e.window_ids is not null) then
        perform settle_shares(added);
    end if;
    perform roll_up(added, writer_slot);

    select coalesce(sum(e.provider_cost), 0), coalesce(sum(e.charge), 0) into provider_cost, charge
    from unnest(added) as e;
end $$;

-- As before (V3), and keeps what the guess had left of its holds.
create or replace function correction_of(truth ledger, guess ledger) returns ledger stable language plpgsql as $$
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
    truth.epoch := guess.epoch;
    truth.window_ids := guess.window_ids;
    truth.window_holds := left_of_holds(guess);
    return truth;
end $$;

-- Where the figures of windows don't fit together; empty as long as all is well. To be asked in one snapshot.
create function budget_drift() returns table (window_id bigint, what text, expected numeric, actual numeric)
stable language sql as $$
    with booked as (
        select w.id, coalesce(sum(amount_of(e, w.measure)), 0) as booked
        from ledger as e cross join lateral unnest(e.window_ids) as h (window_id)
        join budget_window as w on w.id = h.window_id
        group by w.id),
    windows as (select w.*, u.* from budget_window as w cross join lateral use_of(w.id) as u)
    select w.id, 'settled is not what the ledger has booked', coalesce(b.booked, 0), w.settled - w.opening_balance
    from windows as w left join booked as b on b.id = w.id
    where w.opened_at >= (select floor + interval '1 day' from ledger_range) and w.settled - w.opening_balance <> coalesce(b.booked, 0)
    union all
    select w.id, 'more is used than the amount and what exceeded its holds', w.amount + w.excess, w.used
    from windows as w join rule on rule.id = w.budget_id
    where rule.mode = 'hard' and w.used > greatest(w.amount, w.opening_balance) + w.excess
    union all
    select s.window_id, 'a replica has settled more than it was granted', coalesce(g.granted, s.excess), s.settled
    from share_settled as s left join share_granted as g using (window_id, epoch)
    join budget_window as w on w.id = s.window_id join rule on rule.id = w.budget_id
    where rule.mode = 'hard' and s.settled > coalesce(g.granted, s.excess)
$$;

-- The tiers that Tollgate comes with. They are data: change them, copy them, add others.

insert into tier (name, description) values
    ('starter', '50,000 tokens a month'),
    ('professional', '200,000 tokens a month'),
    ('scale', '500,000 tokens a month'),
    ('enterprise', '2,000,000 tokens a month'),
    ('free', '5 USD a month'),
    ('premium', '50 USD a month'),
    ('ultimate', '200 USD a month'),
    ('default', '10 USD a month, for organizations of no known tier');

with shipped (tier, measure, amount, deadline) as (values
    ('starter', 'tokens', 50000, 120),
    ('professional', 'tokens', 200000, 300),
    ('scale', 'tokens', 500000, 600),
    ('enterprise', 'tokens', 2000000, 1800),
    ('free', 'charge', 5000000000, 120),
    ('premium', 'charge', 50000000000, 300),
    ('ultimate', 'charge', 200000000000, 600),
    ('default', 'charge', 10000000000, null)),
budgets as (
    insert into rule (id, name, owner, owner_id, per)
    select 'bud_' || tier || '_month', 'a month''s ' || case measure when 'tokens' then 'tokens' else 'money' end,
           'tier', tier, '{organization}'
    from shipped),
amounts as (
    insert into budget (id, measure, amount, period) select 'bud_' || tier || '_month', measure, amount, 'month' from shipped),
deadlines as (
    insert into rule (id, name, owner, owner_id)
    select 'lim_' || tier || '_deadline', 'how long a request may take', 'tier', tier
    from shipped where deadline is not null)
insert into usage_limit (id, kind, amount) select 'lim_' || tier || '_deadline', 'deadline', deadline
from shipped where deadline is not null;
