-- How provider accounts do, as all replicas know it: the state of each, what is to be checked when, and what has changed.

create table provider_health (
    account_id      text primary key,
    organization_id text,
    name            text not null,
    provider        text not null,
    state           text not null default 'up' check (state in ('up', 'degraded', 'down')),
    since           timestamptz not null default now(),
    trouble_since   timestamptz,
    reason          text check (length(reason) <= 200),
    findings        text[] not null default '{}' check (cardinality(findings) <= 3),
    escalations     integer not null default 0,
    attempts        bigint not null default 0,
    faults          bigint not null default 0,
    due_at          timestamptz not null,
    turn            bigint not null default 0,
    checked_at      timestamptz,
    answer          text,
    answer_millis   integer,
    known_since     timestamptz not null default now(),
    check ((state = 'up') = (trouble_since is null))
);

comment on table provider_health is 'of accounts of the database and of the environment, whose ids are their providers'' names';
comment on column provider_health.trouble_since is 'since when it is not up, in whatever state';
comment on column provider_health.findings is 'of the latest checks, the newest last';
comment on column provider_health.escalations is 'how many were raised since trouble_since';
comment on column provider_health.attempts is 'of requests over it, on all replicas, since the latest check was taken in';
comment on column provider_health.faults is 'those of the attempts that the provider is to blame for';
comment on column provider_health.turn is 'of the check that is under way or was the latest; one that is overtaken is void';

create table provider_health_change (
    seq        bigint generated always as identity primary key,
    account_id text not null,
    from_state text not null,
    to_state   text not null,
    reason     text,
    at         timestamptz not null default now()
);

create index provider_health_change_by_account on provider_health_change (account_id, seq);

-- Takes the checks that are due, each for one replica: it is due again after the interval, a tenth more or less, whatever
-- becomes of the replica.
create function take_provider_checks(accounts text[], every interval, at_most integer)
    returns setof provider_health language sql as $$
    update provider_health as h
    set due_at = now() + every * (0.9 + 0.2 * random()), turn = h.turn + 1
    from (select account_id from provider_health
          where account_id = any (accounts) and due_at <= now()
          order by due_at limit at_most for update skip locked) as due
    where h.account_id = due.account_id
    returning h.*
$$;

-- Takes in what a check has found, unless another one has overtaken it; tells whether it did. A change of state is kept and
-- told, and trouble that lasts is told again, at each step, to those who want to know what is critical.
create function judge_provider(
    its_account  text,
    its_turn     bigint,
    next_state   text,
    next_reason  text,
    next_found   text[],
    its_answer   text,
    its_millis   integer,
    seen         bigint,
    seen_faults  bigint,
    again_in     interval,
    steps        interval[]
) returns boolean language plpgsql as $$
declare
    was provider_health;
    became provider_health;
    change bigint;
    due integer;
    facts jsonb;
    named text;
begin
    select * into was from provider_health where account_id = its_account and turn = its_turn for update;
    if not found then
        return false;
    end if;
    update provider_health as h
    set state = next_state,
        since = case when next_state = was.state then was.since else now() end,
        trouble_since = case when next_state <> 'up' then coalesce(was.trouble_since, now()) end,
        reason = case when next_state <> 'up' then left(next_reason, 200) end,
        findings = next_found,
        escalations = case when next_state = 'up' then 0 else was.escalations end,
        attempts = greatest(0, was.attempts - seen),
        faults = greatest(0, was.faults - seen_faults),
        due_at = least(was.due_at, now() + again_in * (0.9 + 0.2 * random())),
        checked_at = now(), answer = its_answer, answer_millis = its_millis
    where account_id = its_account
    returning * into became;

    facts := jsonb_build_object('account_id', became.account_id, 'account', became.name, 'provider', became.provider,
                                'state', became.state, 'since', became.since, 'reason', next_reason);
    named := 'Account ' || became.name || ' at ' || became.provider;
    if became.state <> was.state then
        insert into provider_health_change (account_id, from_state, to_state, reason, at)
        values (its_account, was.state, became.state, left(next_reason, 200), became.since)
        returning seq into change;
        perform raise_alert(
            case became.state when 'up' then 'provider.recovered' else 'provider.' || became.state end,
            'provider.health:' || change,
            became.organization_id,
            facts || jsonb_build_object('was', was.state, 'was_since', was.since),
            case became.state when 'up' then 'info' when 'degraded' then 'warning' else 'critical' end,
            named || case became.state when 'up' then ' is well again'
                     else ' is ' || became.state || ': ' || next_reason end);
    end if;
    if became.state <> 'up' then
        select count(*) into due from unnest(steps) as step where became.trouble_since + step <= now();
        if due > was.escalations then
            update provider_health set escalations = due where account_id = its_account;
            perform raise_alert(
                'provider.escalation',
                'provider.escalation:' || its_account || ':' || extract(epoch from became.trouble_since) || ':' || due,
                became.organization_id,
                facts || jsonb_build_object('trouble_since', became.trouble_since, 'step', due),
                'critical',
                named || ' is still ' || became.state || ', in trouble since '
                    || to_char(became.trouble_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC: ' || next_reason);
        end if;
    end if;
    return true;
end $$;

-- The part of the time, 0 to 1, in which an account was not down, of windows that end at a moment; of a window that began
-- before the account was known, of the time since then. Null where that is nothing.
create function provider_uptime(its_account text, windows interval[], at_time timestamptz default now())
    returns double precision[] language sql stable as $$
    with known as (
        select account_id, state, since, known_since from provider_health where account_id = its_account
    ), changes as (
        select at, to_state from provider_health_change where account_id = its_account and at < at_time
    ), first as (
        select from_state from provider_health_change where account_id = its_account order by seq limit 1
    ), spans as (
        select at as begins, lead(at, 1, at_time) over (order by at) as ends, to_state as state from changes
        union all
        select '-infinity', coalesce((select min(at) from changes), at_time),
               coalesce((select from_state from first), (select state from known))
    )
    select array_agg(uptime order by number)
    from unnest(windows) with ordinality as w (length, number)
    cross join lateral (select greatest(at_time - w.length, (select known_since from known)) as from_time) as f
    cross join lateral (
        select case when f.from_time < at_time then
            1 - coalesce((
                select sum(extract(epoch from least(ends, at_time) - greatest(begins, f.from_time)))
                from spans
                where state = 'down' and ends > f.from_time and begins < at_time
            ), 0) / extract(epoch from at_time - f.from_time) end::double precision as uptime) as u
$$;

-- Forgets what is old, a batch at a time: changes from before a moment, all but the latest thousand of an account, and
-- accounts that nobody has checked since. The latest change stays. Tells how many rows that were.
create function forget_provider_health(before timestamptz, at_most integer) returns integer language plpgsql as $$
declare
    changes integer;
    accounts integer;
begin
    with old as (
        select seq from (
            select seq, at, row_number() over (partition by account_id order by seq desc) as age
            from provider_health_change) as c
        where age > 1000 or (age > 1 and at < before)
        order by seq limit at_most)
    delete from provider_health_change where seq in (select seq from old);
    get diagnostics changes = row_count;
    with old as (
        delete from provider_health
        where account_id in (select account_id from provider_health
                             where coalesce(checked_at, known_since) < before order by account_id limit at_most)
        returning account_id)
    delete from provider_health_change where account_id in (select account_id from old);
    get diagnostics accounts = row_count;
    return changes + accounts;
end $$;
