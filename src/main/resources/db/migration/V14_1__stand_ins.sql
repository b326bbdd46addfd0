-- While an account can't be used that its owner wants used, the accounts after it stand in where the owner allows that.

alter table provider_account
    add column stand_in boolean not null default false,
    add column refused  boolean not null default false check (not (refused and enabled));

comment on column provider_account.stand_in is 'whether requests go over the next account while this one can''t be used';
comment on column provider_account.refused is 'disabled because its provider refuses the credential, and not by its owner';

create or replace function disable_provider_account(account_id text, refused_since timestamptz, why text)
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
    set enabled = false, refused = true, disabled_reason = why, disabled_at = now(), updated_at = now(),
        version = next_provider_account_version()
    where id = account_id;
    perform raise_alert(
        'provider.account_disabled',
        'provider.account_disabled:' || account_id || ':' || was.version,
        was.organization_id,
        jsonb_build_object('account_id', account_id, 'account', was.name, 'provider', was.provider,
                           'client_id', was.client_id, 'reason', why, 'stand_in', was.stand_in),
        severity => 'critical',
        subject => 'Account ' || was.name || ' at ' || was.provider || ' is disabled: ' || why);
    return true;
end $$;
