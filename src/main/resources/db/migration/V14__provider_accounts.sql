-- Accounts at providers, whose owner may use them: the platform, for all; an organization; one of its clients.

create table provider_account (
    id                text primary key check (id like 'acc\_%'),
    organization_id   text references organization (id),
    client_id         text,
    name              text not null,
    provider          text not null,
    base_url          text,
    azure             jsonb check (jsonb_typeof(azure) = 'object'),
    credential        text check (starts_with(credential, 'sealed:')),
    credential_last4  text,
    credential_set_at timestamptz,
    weight            integer not null check (weight between 1 and 1000),
    models            text[] not null,
    regions           text[] not null,
    enabled           boolean not null,
    disabled_reason   text,
    disabled_at       timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    deleted_at        timestamptz,
    version           bigint not null,
    foreign key (organization_id, client_id) references client (organization_id, id),
    check (organization_id is not null or client_id is null),
    check ((credential is null) = (credential_set_at is null)),
    check (enabled = (disabled_at is null) or deleted_at is not null)
);

comment on column provider_account.organization_id is 'who pays the provider; null is the platform, which shares it among all';
comment on column provider_account.base_url is 'null is the provider''s own';
comment on column provider_account.azure is 'api_version, deployments, tenant_id and client_id, where the provider is Azure';
comment on column provider_account.credential is 'sealed for this row alone, under a master key that is not in the database';
comment on column provider_account.models is 'names, or beginnings of names followed by a star; none is all';
comment on column provider_account.version is 'of the last change of any account: what is newer than a replica knows is read by it';

create index provider_account_by_owner on provider_account (organization_id, client_id) where deleted_at is null;
create index provider_account_by_version on provider_account (version);

-- Whoever changes an account locks this row first, so that versions come into sight in their order. Sealing a credential
-- anew under another master key is no change of the account.
create table provider_account_version (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);

insert into provider_account_version (version) values (0);

create function next_provider_account_version() returns bigint language sql as $$
    update provider_account_version set version = version + 1 returning version
$$;

create function keep_provider_account() returns trigger language plpgsql as $$
begin
    raise exception 'a row of % is never removed', tg_table_name
        using hint = 'Replicas would not hear of it. Set deleted_at.', errcode = 'restrict_violation';
end $$;

create trigger provider_account_stay before delete or truncate on provider_account
    for each statement execute function keep_provider_account();

-- Disables an account whose credential its provider refuses, unless another one was set meanwhile, and tells its owner.
-- Tells whether it did; of several replicas one does.
create function disable_provider_account(account_id text, refused_since timestamptz, why text)
    returns boolean language plpgsql as $$
declare
    was provider_account;
begin
    perform from provider_account_version for update;
    select * into was from provider_account
    where id = account_id and enabled and deleted_at is null and credential_set_at is not distinct from refused_since
    for update;
    if not found then
        return false;
    end if;
    update provider_account
    set enabled = false, disabled_reason = why, disabled_at = now(), updated_at = now(),
        version = next_provider_account_version()
    where id = account_id;
    perform raise_alert(
        'provider.account_disabled',
        'provider.account_disabled:' || account_id || ':' || was.version,
        was.organization_id,
        jsonb_build_object('account_id', account_id, 'account', was.name, 'provider', was.provider,
                           'client_id', was.client_id, 'reason', why),
        severity => 'critical',
        subject => 'Account ' || was.name || ' at ' || was.provider || ' is disabled: ' || why);
    return true;
end $$;
