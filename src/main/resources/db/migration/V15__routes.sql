-- Routes, and how tiers are routed: what is in force, and every version of it.

create table routing (
    kind       text not null check (kind in ('route', 'tier')),
    name       text not null,
    version    bigint not null,
    definition jsonb check (jsonb_typeof(definition) = 'object'),
    changed_at timestamptz not null default now(),
    changed_by text not null,
    primary key (kind, name)
);

comment on column routing.definition is 'null where it was removed';
comment on column routing.version is 'of the last change of all kinds and names when it was changed; its ETag';

create table routing_version (
    like routing including comments,
    primary key (kind, name, version)
);

-- The version of the last change. Whoever changes routes locks this one row first and keeps it until the transaction
-- ends, so that changes happen one after the other, and each is held against all that came before it.
create table routing_last (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);

insert into routing_last (version) values (0);

create function keep_routing_version() returns trigger language plpgsql as $$
begin
    insert into routing_version select new.*;
    return null;
end $$;

create trigger routing_keep after insert or update on routing
    for each row execute function keep_routing_version();

create function keep_routing() returns trigger language plpgsql as $$
begin
    raise exception 'a row of % is never changed or removed by hand', tg_table_name
        using hint = 'Replicas would not hear of it. Set the definition to null, with a new version.',
              errcode = 'restrict_violation';
end $$;

create trigger routing_stay before delete or truncate on routing
    for each statement execute function keep_routing();

create trigger routing_version_stay before update or delete or truncate on routing_version
    for each statement execute function keep_routing();
