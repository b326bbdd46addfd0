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
    admit_until timestamptz,
    primary key (window_id, epoch)
) with (fillfactor = 60);

comment on column share_granted.call is 'the number of the last call, so that a repeated one is not done twice';
comment on column share_granted.given is 'what the last call gave, or took if negative';

create table share_settled (
    window_id bigint not null references budget_window (id),
    epoch     bigint not null,
    settled   bigint not null,
    excess    bigint not null,
    primary key (window_id, epoch)
) with (fillfactor = 60);

comment on column share_settled.excess is 'what requests cost beyond what was held for them';

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

comment on column doubt.state is 'held counts until somebody decides or the truth comes, charged counts for good';

create index doubt_counted on doubt (window_id) where state <> 'released';

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
    w bigint, out used bigint, out settled bigint, out granted bigint, out in_doubt bigint, out durable bigint,
    out excess bigint)
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
returns budget_window language plpgsql as $$
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
    target numeric;
    used bigint;
begin
    select * into strict it from budget_window where id = w for no key update;
    select it.base_amount + it.carried
        + coalesce((select sum(amount) from budget_increase as i where i.budget_id = it.budget_id and i.subject = it.subject
                    and i.starts_at <= now() and i.ends_at > now()), 0)
        + coalesce((select sum(amount - forfeited) from credit_top_up as t
                    where t.budget_id = it.budget_id and t.subject = it.subject), 0)
    into target;
    select u.used into used from use_of(w) as u;
    update budget_window set
        target_amount = least(target, 9e18)::bigint,
        amount = greatest(least(target, 9e18)::bigint, least(it.amount, used)),
        next_change_at = (
            select min(moment) from budget_increase as i cross join lateral (values (i.starts_at), (i.ends_at)) as m (moment)
            where i.budget_id = it.budget_id and i.subject = it.subject and moment > now() and moment < it.ends_at)
    where id = w;
    if target < it.target_amount then
        perform recall_window(w);
    end if;
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
-- meanwhile. A call that comes again gets the same answer.
create function grant_share(
    w bigint, asking_epoch bigint, call_number bigint, need bigint, want bigint,
    out status text, out given bigint, out amount bigint, out settled bigint, out in_doubt bigint, out used bigint)
language plpgsql as $$
declare
    it budget_window;
    mine share_granted;
    replicas int;
    free bigint;
    slice bigint;
begin
    perform from replica where epoch = asking_epoch and state = 'live' for share;
    if not found then
        status := 'superseded';
        given := 0;
        return;
    end if;
    select * into strict it from budget_window where id = w for no key update;
    select u.used, u.settled, u.in_doubt into used, settled, in_doubt from use_of(w) as u;
    amount := it.target_amount;
    select * into mine from share_granted as s where s.window_id = w and s.epoch = asking_epoch for update;
    if mine.call >= call_number then
        status := case when mine.given > 0 then 'given' else 'refused' end;
        given := mine.given;
        return;
    end if;
    free := it.target_amount - used;
    if it.state = 'closed' then
        status := 'closed';
        given := 0;
        return;
    elsif need > free then
        status := 'refused';
        given := 0;
        return;
    end if;
    select greatest(1, count(*)) into replicas from replica
    where state = 'live' and seen_at > now() - interval '10 s';
    slice := free / (4 * replicas);
    slice := case when slice < 2 * need then need else greatest(need, least(want, slice)) end;
    insert into share_granted as s (window_id, epoch, granted, call, given)
    values (w, asking_epoch, slice, call_number, slice)
    on conflict (window_id, epoch) do update
        set granted = s.granted + excluded.granted, call = excluded.call, given = excluded.given;
    status := 'given';
    given := slice;
    used := used + slice;
end $$;

-- Takes back what a replica doesn't need.
create function return_share(w bigint, asking_epoch bigint, call_number bigint, taken bigint) returns void
language plpgsql as $$
declare
    it budget_window;
    now_used bigint;
begin
    select * into strict it from budget_window where id = w for no key update;
    update share_granted set granted = granted - taken, call = call_number, given = -taken
    where window_id = w and epoch = asking_epoch and call < call_number;
    select used into now_used from use_of(w);
    if it.amount > it.target_amount then
        update budget_window set amount = greatest(target_amount, least(it.amount, now_used)) where id = w;
    end if;
end $$;

-- Takes back what ended replicas of a journal were granted and did not spend. Only for whoever has the journal locked and
-- has booked all that is in it.
create function release_shares(journal uuid, before_epoch bigint) returns int language plpgsql as $$
declare
    released int;
begin
    perform from budget_window
    where id in (select window_id from share_granted join replica using (epoch)
                 where journal_id = journal and epoch < before_epoch)
    order by id for no key update;
    update share_granted as g set granted = greatest(0, coalesce(
        (select settled from share_settled as s where s.window_id = g.window_id and s.epoch = g.epoch), 0))
    from replica as r
    where r.epoch = g.epoch and r.journal_id = journal and r.epoch < before_epoch and g.granted <> greatest(0, coalesce(
        (select settled from share_settled as s where s.window_id = g.window_id and s.epoch = g.epoch), 0));
    get diagnostics released = row_count;
    return released;
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
    ended budget_window;
    rule budget;
    next_id bigint;
    closed int := 0;
begin
    for ended in
        select * from budget_window as b
        where state = 'open' and ends_at < now() - interval '1 minute'
          and not exists (
              select from share_granted as g join replica as r using (epoch)
              left join share_settled as s on s.window_id = g.window_id and s.epoch = g.epoch
              where g.window_id = b.id and r.state = 'live' and r.seen_at > now() - interval '1 minute'
                and g.granted > coalesce(s.settled, 0))
        order by id limit 1000 for no key update skip locked
    loop
        update budget_window set state = 'closed' where id = ended.id;
        closed := closed + 1;
        select * into strict rule from budget where id = ended.budget_id;
        if rule.carry_over then
            select id into next_id from budget_window
            where budget_id = ended.budget_id and subject = ended.subject and starts_at = ended.ends_at and state = 'open';
            if next_id is not null then
                perform from budget_window where id = next_id for no key update;
                update budget_window set carried = carried_from(ended, rule) where id = next_id;
                perform set_target(next_id);
            end if;
        end if;
    end loop;
    return closed;
end $$;

-- Does what is due: increases that begin or end, credit that expires. Answers how many windows changed.
create function change_due_windows() returns int language plpgsql as $$
declare
    due record;
    changed int := 0;
    spent bigint;
    bought numeric;
begin
    for due in select id from budget_window where next_change_at <= now() and state = 'open' order by id loop
        perform set_target(due.id);
        changed := changed + 1;
    end loop;
    for due in
        select t.id, t.budget_id, t.subject, t.amount, t.expires_at, w.id as window_id
        from credit_top_up as t
        join budget_window as w on w.budget_id = t.budget_id and w.subject = t.subject and w.state = 'open'
        where t.expires_at <= now() and t.expired_at is null
        order by w.id, t.expires_at, t.id
    loop
        perform from budget_window where id = due.window_id for no key update;
        select used into spent from use_of(due.window_id);
        -- What expires first is spent first.
        select coalesce(sum(amount - forfeited), 0) into bought from credit_top_up
        where budget_id = due.budget_id and subject = due.subject and expires_at is not null
          and (expires_at, id) <= (due.expires_at, due.id);
        update credit_top_up
        set expired_at = now(), forfeited = greatest(0, least(amount, bought - spent))
        where id = due.id and expired_at is null;
        perform set_target(due.window_id);
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
create function amount_of(entry ledger, measure text) returns bigint immutable language sql as $$
    select case measure
        when 'charge' then entry.charge
        when 'provider_cost' then entry.provider_cost
        when 'tokens' then entry.input_tokens + entry.output_tokens
        when 'input_tokens' then entry.input_tokens
        when 'output_tokens' then entry.output_tokens
        when 'requests' then requests_of(entry) end
$$;

-- Counts entries in their windows: what they cost is settled, what they cost beyond their hold is an excess, and what may
-- come on top of those whose end is not known is in doubt. A doubt takes the place of what was granted for it.
create function settle_shares(entries ledger[]) returns void language plpgsql as $$
begin
    insert into share_settled as total (window_id, epoch, settled, excess)
    select h.window_id, e.epoch, sum(amount_of(e, w.measure)),
           sum(greatest(0, amount_of(e, w.measure) - h.held) - greatest(0, -h.held))
    from unnest(entries) as e
    cross join lateral unnest(e.window_ids, e.window_holds) as h (window_id, held)
    join budget_window as w on w.id = h.window_id
    group by 1, 2 order by 1, 2
    on conflict (window_id, epoch) do update
        set settled = total.settled + excluded.settled, excess = total.excess + excluded.excess;

    with doubts as (
        insert into doubt (window_id, request_id, epoch, amount, reason)
        select h.window_id, e.request_id, e.epoch, h.held - amount_of(e, w.measure),
               case when e.outcome = 'interrupted' then 'interrupted' else 'no_answer' end
        from unnest(entries) as e
        cross join lateral unnest(e.window_ids, e.window_holds) as h (window_id, held)
        join budget_window as w on w.id = h.window_id
        where e.seq = 0 and (e.outcome = 'interrupted' or 'in_doubt' = any (string_to_array(e.flags, ',')))
          and h.held > amount_of(e, w.measure)
        order by h.window_id, e.request_id
        on conflict do nothing
        returning window_id, epoch, amount)
    update share_granted as g set granted = greatest(0, g.granted - d.amount)
    from (select window_id, epoch, sum(amount) as amount from doubts group by 1, 2) as d
    where g.window_id = d.window_id and g.epoch = d.epoch;

    update doubt set state = 'released', decided_at = now()
    where (window_id, request_id) in (
        select w.id, e.request_id from unnest(entries) as e cross join lateral unnest(e.window_ids) as w (id)
        where e.seq > 0 and starts_with(e.flags, 'late_truth'))
      and state <> 'released';
end $$;

-- What is left of the holds of a guess when it is booked.
create function left_of_holds(guess ledger) returns bigint[] stable language sql as $$
    select array_agg(h.held - coalesce(amount_of(guess, w.measure), 0) order by h.place)
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
    where w.starts_at >= (select floor from ledger_range) and w.settled - w.opening_balance <> coalesce(b.booked, 0)
    union all
    select w.id, 'more is used than the amount and what exceeded its holds', w.amount + w.excess, w.used
    from windows as w join budget on budget.id = w.budget_id join rule on rule.id = w.budget_id
    where rule.mode = 'hard' and w.used > w.amount + w.excess
    union all
    select s.window_id, 'a replica has settled more than it was granted', coalesce(g.granted, 0) + s.excess, s.settled
    from share_settled as s left join share_granted as g using (window_id, epoch)
    join budget_window as w on w.id = s.window_id join rule on rule.id = w.budget_id
    where rule.mode = 'hard' and s.settled > coalesce(g.granted, 0) + s.excess
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
