-- Prices: versions that lie over the price files, and what organizations have agreed to pay instead.

-- One row whose number grows with every change of prices or terms. Each change takes the next number while it holds the
-- row, so that numbers become visible in their order and replicas can ask for what is newer than the last one they saw.
create table rating_revision (
    only_row boolean primary key default true check (only_row),
    revision bigint not null
);

insert into rating_revision (revision) values (0);

-- A version is never changed. A correction is another version; one that has not begun yet can be withdrawn.
create table price_version (
    provider       text not null,
    model          text not null,
    number         int not null check (number > 0),
    origin         text not null check (origin in ('version', 'correction', 'import')),
    effective_from timestamptz not null,
    effective_to   timestamptz check (effective_to > effective_from),
    price          jsonb not null,
    source         text not null,
    note           text,
    created_at     timestamptz not null default now(),
    created_by     text not null,
    withdrawn_at   timestamptz,
    revision       bigint not null,
    primary key (provider, model, number)
);

create index price_version_by_revision on price_version (revision);

comment on column price_version.price is 'the model as a price file has it';

create table terms_version (
    organization_id text not null references organization (id),
    number          int not null check (number > 0),
    effective_from  timestamptz not null,
    terms           jsonb not null,
    note            text,
    created_at      timestamptz not null default now(),
    created_by      text not null,
    revision        bigint not null,
    primary key (organization_id, number)
);

create index terms_version_by_revision on terms_version (revision);

comment on column terms_version.terms is 'overrides, markup, discount and volume steps, as the interface has them';
