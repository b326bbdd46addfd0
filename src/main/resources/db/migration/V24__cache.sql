-- Answers that may be given again. Entries are lost in a crash, as those of a cache may be: they are not logged. They lie by
-- when they expire (dev.tollgate.cache.pg.Slots), so that what has expired is truncated and leaves vacuum nothing to do.
create table cache_entry (
    slot smallint not null,
    scope text not null,                -- who shares it: org_1, org_1/cli_2, pool:name
    digest bytea not null,
    organization_id text not null,      -- who paid for it; in a pool there are many
    route text,
    model_asked text,
    model_run text,
    model_served text,
    stored_at timestamptz not null,
    expires_at timestamptz not null,
    entry bytea not null,
    primary key (slot, scope, digest)
) partition by list (slot);

alter table cache_entry alter column entry set storage external; -- It is compressed already.

do $$
begin
    for slot in 0..59 loop
        execute format('create unlogged table cache_entry_%s partition of cache_entry for values in (%s)'
                       ' with (autovacuum_vacuum_insert_threshold = -1)', slot, slot);
    end loop;
end $$;

-- Until when a slot takes in what expires; null where it is empty.
create table cache_slot (
    slot smallint primary key,
    ends_at timestamptz
);
insert into cache_slot (slot) select generate_series(0, 59);

-- What replicas follow: raised by every batch and every drop, and locked until the end, so that versions come into sight in
-- their order. Batches up to some version are forgotten.
create table cache_version (
    the_only boolean primary key default true check (the_only),
    version bigint not null default 1,
    forgotten bigint not null default 0
);
insert into cache_version default values;

-- The keys of what was stored: the first eight bytes of each. Null says that the slot was emptied.
create unlogged table cache_batch (
    version bigint not null,
    slot smallint not null,
    ends_at timestamptz not null,
    keys bytea,
    at timestamptz not null default now(),
    primary key (version, slot)
);

-- What was dropped by hand. An answer that it means is given to nobody any more, wherever it still lies.
create table cache_drop (
    version bigint primary key,
    at timestamptz not null default now(),
    organization_id text,
    client_id text,
    pool text,
    route text,
    model text,
    stored_before timestamptz not null,
    digest text
);

create function raise_cache_version() returns bigint language plpgsql as $$
declare
    raised bigint;
begin
    update cache_version set version = version + 1 returning version into raised;
    perform pg_notify('tollgate_cache', raised::text);
    return raised;
end $$;

-- Stores entries of different keys, in the order of their places, so that batches wait for one another and don't lock up.
create function store_cache_entries(
    slots smallint[], ends timestamptz[], scopes text[], digests bytea[], organizations text[], routes text[],
    asked text[], run text[], served text[], stored timestamptz[], expire timestamptz[], entries bytea[])
returns bigint language plpgsql as $$
declare
    raised bigint;
begin
    insert into cache_entry (slot, scope, digest, organization_id, route, model_asked, model_run, model_served, stored_at,
                             expires_at, entry)
    select * from unnest(slots, scopes, digests, organizations, routes, asked, run, served, stored, expire, entries)
    order by 1, 2, 3
    on conflict (slot, scope, digest) do update set
        organization_id = excluded.organization_id, route = excluded.route, model_asked = excluded.model_asked,
        model_run = excluded.model_run, model_served = excluded.model_served, stored_at = excluded.stored_at,
        expires_at = excluded.expires_at, entry = excluded.entry
    where cache_entry.stored_at <= excluded.stored_at;

    raised := raise_cache_version();
    update cache_slot s set ends_at = given.ends_at
    from (select slot, max(ends_at) as ends_at from unnest(slots, ends) as turn(slot, ends_at) group by slot) given
    where s.slot = given.slot and (s.ends_at is null or s.ends_at < given.ends_at);
    insert into cache_batch (version, slot, ends_at, keys)
    select raised, slot, max(ends_at), string_agg(substr(digest, 1, 8), ''::bytea)
    from unnest(slots, ends, digests) as given(slot, ends_at, digest) group by slot;
    return raised;
end $$;

-- Empties a slot, unless somebody is at it; answers whether it did.
create function empty_cache_slot(emptied smallint) returns boolean language plpgsql as $$
begin
    perform set_config('lock_timeout', '100ms', true);
    execute format('truncate cache_entry_%s', emptied);
    update cache_slot set ends_at = null where slot = emptied;
    return true;
exception when lock_not_available then
    return false;
end $$;

-- Empties one slot whose time is over; answers whether there may be another one.
create function prune_cache() returns boolean language plpgsql as $$
declare
    over smallint;
begin
    select slot into over from cache_slot where ends_at < now() - interval '1 minute'
    order by ends_at limit 1 for update skip locked;
    return over is not null and empty_cache_slot(over);
end $$;

-- Forgets what replicas have long heard of, and drops that can mean nothing any more.
create function forget_cache_news() returns void language plpgsql as $$
declare
    latest bigint;
begin
    select max(version) into latest from cache_batch where at < now() - interval '15 minutes';
    if latest is not null then
        update cache_version set forgotten = greatest(forgotten, latest);
        delete from cache_batch where version <= latest;
    end if;
    delete from cache_drop where at < now() - interval '33 days';
end $$;

-- Empties the slot that expires first, where there are more bytes than there may be; answers how many entries had to go.
create function evict_cache(bytes_max bigint) returns bigint language plpgsql as $$
declare
    first cache_slot;
    gone bigint;
begin
    if not pg_try_advisory_xact_lock('cache_entry'::regclass::oid::int, 0) then
        return 0;
    end if;
    if (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'cache_entry'::regclass)
       <= bytes_max then
        return 0;
    end if;
    select * into first from cache_slot where ends_at is not null order by ends_at limit 1 for update skip locked;
    if first.slot is null then
        return 0;
    end if;
    execute format('select count(*) from cache_entry_%s', first.slot) into gone;
    if not empty_cache_slot(first.slot) then
        return 0;
    end if;
    insert into cache_batch (version, slot, ends_at) values (raise_cache_version(), first.slot, first.ends_at);
    return gone;
end $$;

-- What entries are encrypted with, where that is set; sealed in the vault.
create table cache_key (
    id text primary key,
    sealed text not null,
    at timestamptz not null default now()
);
