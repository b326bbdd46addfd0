-- Tenancy: who may call, and who pays.

create table organization (
    id         text primary key check (id like 'org\_%'),
    name       text not null,
    created_at timestamptz not null default now()
);

create table api_key (
    public_id       text primary key,
    organization_id text not null references organization (id),
    name            text not null,
    sha256          bytea not null check (octet_length(sha256) = 32),
    enabled         boolean not null default true,
    expires_at      timestamptz,
    created_at      timestamptz not null default now()
);

create index api_key_by_organization on api_key (organization_id);

-- One row whose number grows with every change, so that replicas see changes by asking for one number.
create table tenancy_version (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);

insert into tenancy_version (version) values (1);

create function tenancy_changed() returns trigger language plpgsql as $$
begin
    update tenancy_version set version = version + 1;
    return null;
end $$;

create trigger organization_changed after insert or update or delete on organization
    for each statement execute function tenancy_changed();

create trigger api_key_changed after insert or update or delete on api_key
    for each statement execute function tenancy_changed();

-- The ledger: one entry per request, partitioned by month through the time inside its id (a UUID of version 7).

create table ledger (
    request_id          uuid not null,
    seq                 smallint not null default 0,
    kind                text not null default 'request',
    organization_id     text not null,
    key_id              text not null,
    operation           text not null,
    streamed            boolean not null,
    model_asked         text,
    caller_request_id   text,
    provider            text,
    account_id          text,
    simulated           boolean not null default false,
    payer               text,
    model_sent          text,
    model_served        text,
    service_tier        text,
    upstream_request_id text,
    input_tokens        bigint not null,
    cached_input_tokens bigint not null,
    output_tokens       bigint not null,
    reasoning_tokens    bigint not null,
    usage               jsonb not null,
    currency            text not null default 'USD',
    provider_cost       bigint not null,
    charge              bigint not null,
    price_version       text,
    estimated           boolean not null,
    flags               text,
    outcome             text not null,
    status              smallint not null,
    error_code          text,
    client_gone         boolean not null,
    total_micros        bigint not null,
    first_byte_micros   bigint,
    request_bytes       bigint not null,
    response_bytes      bigint not null,
    primary key (request_id, seq)
) partition by range (request_id);

comment on column ledger.usage is 'count per meter; meters are disjoint';
comment on column ledger.provider_cost is 'nanodollars that the owner of the account pays to the provider';
comment on column ledger.charge is 'nanodollars that the organization pays';

create index ledger_by_key on ledger (key_id, request_id);
create index ledger_by_organization on ledger (organization_id, request_id);

-- The lowest id of an instant.
create function uuid_from(instant timestamptz) returns uuid immutable strict language sql as $$
    select (lpad(to_hex((extract(epoch from instant) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of the month that holds the instant and of the months after it.
create function make_ledger_partitions(instant timestamptz, months int) returns void language plpgsql as $$
declare
    month_start timestamptz;
begin
    perform pg_advisory_xact_lock(7002);
    for i in 0 .. months loop
        month_start := date_trunc('month', instant at time zone 'UTC') at time zone 'UTC';
        month_start := (month_start at time zone 'UTC' + make_interval(months => i)) at time zone 'UTC';
        execute format(
            'create table if not exists %I partition of ledger for values from (%L) to (%L)',
            'ledger_' || to_char(month_start at time zone 'UTC', 'YYYY_MM'),
            uuid_from(month_start),
            uuid_from((month_start at time zone 'UTC' + interval '1 month') at time zone 'UTC'));
    end loop;
end $$;

select make_ledger_partitions(now() - interval '1 month', 3);

-- Ownership: what was created at a provider over an account that several organizations share.

create table upstream_object (
    account_id      text not null,
    object_id       text not null,
    organization_id text not null,
    created_at      timestamptz not null default now(),
    primary key (account_id, object_id)
);
