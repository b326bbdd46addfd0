-- Tenants: clients beneath organizations, what is said of each of the three, and a version per row, so that a change
-- of one key is read again as one key.

alter table organization
    add column owner               text,
    add column tags                jsonb not null default '{}' check (jsonb_typeof(tags) = 'object'),
    add column metadata            jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
    add column enabled             boolean not null default true,
    add column expires_at          timestamptz,
    add column allowed_models      text[] check (cardinality(allowed_models) > 0),
    add column tier                text,
    add column caller_keys_allowed boolean not null default false,
    add column archived_at         timestamptz,
    add column updated_at          timestamptz not null default now(),
    add column version             bigint not null default 1;

comment on column organization.allowed_models is 'names, or beginnings of names followed by a star; null allows all';
comment on column organization.caller_keys_allowed is 'whether its requests may go over provider keys of the callers';

create table client (
    id              text primary key check (id like 'cli\_%'),
    organization_id text not null references organization (id),
    name            text not null,
    owner           text,
    tags            jsonb not null default '{}' check (jsonb_typeof(tags) = 'object'),
    metadata        jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
    enabled         boolean not null default true,
    expires_at      timestamptz,
    allowed_models  text[] check (cardinality(allowed_models) > 0),
    archived_at     timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    version         bigint not null default 1,
    unique (organization_id, id)
);

alter table api_key
    add column client_id           text,
    add column owner               text,
    add column tags                jsonb not null default '{}' check (jsonb_typeof(tags) = 'object'),
    add column metadata            jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
    add column allowed_models      text[] check (cardinality(allowed_models) > 0),
    add column feature             text,
    add column previous_sha256     bytea check (octet_length(previous_sha256) = 32),
    add column previous_expires_at timestamptz,
    add column revoked_at          timestamptz,
    add column updated_at          timestamptz not null default now(),
    add column version             bigint not null default 1,
    add constraint api_key_of_client foreign key (organization_id, client_id) references client (organization_id, id),
    add constraint previous_secret_ends check ((previous_sha256 is null) = (previous_expires_at is null));

comment on column api_key.previous_sha256 is 'of the secret before the last rotation, which is good until previous_expires_at';

-- Beside the key, because it moves all the time and is no change of it.
create table api_key_use (
    public_id    text primary key references api_key (public_id),
    last_used_at timestamptz not null
);

create index organization_by_age on organization (created_at, id);
create index client_by_age on client (organization_id, created_at, id);
create index api_key_by_age on api_key (organization_id, created_at, public_id);
create index api_key_by_age_overall on api_key (created_at, public_id);
create index api_key_by_client on api_key (client_id) where client_id is not null;
drop index api_key_by_organization; -- which api_key_by_age begins with

create index organization_by_version on organization (version);
create index client_by_version on client (version);
create index api_key_by_version on api_key (version);

-- Every statement that changes tenants takes the next version first and gives it to the rows that it touches. The one
-- row that holds it stays locked until the transaction ends, so that versions come into sight in their order, and a
-- reader who has seen one has seen all before it.

drop trigger organization_changed on organization;
drop trigger api_key_changed on api_key;

create function give_version() returns trigger language plpgsql as $$
begin
    new.version := (select version from tenancy_version);
    new.updated_at := now();
    return new;
end $$;

create function keep_tenant() returns trigger language plpgsql as $$
begin
    raise exception 'a row of % is not deleted, because the ledger names it', tg_table_name
        using hint = 'Set revoked_at or archived_at.';
end $$;

do $$
declare
    tenants text;
begin
    foreach tenants in array array['organization', 'client', 'api_key'] loop
        execute format('create trigger a_take_version before insert or update on %I
                        for each statement execute function tenancy_changed()', tenants);
        execute format('create trigger b_give_version before insert or update on %I
                        for each row execute function give_version()', tenants);
        execute format('create trigger c_keep before delete on %I
                        for each row execute function keep_tenant()', tenants);
    end loop;
end $$;
