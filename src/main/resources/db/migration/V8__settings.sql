-- Settings of features: what organizations and their clients have set, and every version of it.

create table feature_settings (
    organization_id text not null references organization (id),
    client_id       text,
    feature         text not null,
    version         bigint not null,
    settings        jsonb check (jsonb_typeof(settings) = 'object'),
    cascaded        boolean not null,
    changed_at      timestamptz not null default now(),
    changed_by      text not null,
    unique nulls not distinct (organization_id, client_id, feature),
    foreign key (organization_id, client_id) references client (organization_id, id)
);

comment on column feature_settings.client_id is 'null is the organization itself';
comment on column feature_settings.feature is 'a star stands for all features that are not named';
comment on column feature_settings.settings is 'only what is set; null where everything was taken back';
comment on column feature_settings.cascaded is 'whether the change followed from one of the organization''s';

create index feature_settings_by_version on feature_settings (version);

create table feature_settings_version (like feature_settings including comments);

alter table feature_settings_version
    add unique nulls not distinct (organization_id, client_id, feature, version);

-- The version of the last change. Whoever changes settings locks this one row first and keeps it until the transaction
-- ends, so that changes happen one after the other, versions come into sight in their order, and a reader who has seen
-- one has seen all before it.
create table settings_version (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);

insert into settings_version (version) values (0);

create function keep_settings_version() returns trigger language plpgsql as $$
begin
    insert into feature_settings_version select new.*;
    return null;
end $$;

create trigger feature_settings_keep after insert or update on feature_settings
    for each row execute function keep_settings_version();

create function keep_settings() returns trigger language plpgsql as $$
begin
    raise exception 'a row of % is never removed', tg_table_name
        using hint = 'Replicas would not hear of it. Set settings to null.', errcode = 'restrict_violation';
end $$;

create trigger feature_settings_stay before delete or truncate on feature_settings
    for each statement execute function keep_settings();

create trigger feature_settings_version_stay before delete or truncate on feature_settings_version
    for each statement execute function keep_settings();

-- Nothing of a version changes, but that what was set is erased with its client.
create function keep_version() returns trigger language plpgsql as $$
begin
    if new.settings = '{}' and to_jsonb(new) - 'settings' = to_jsonb(old) - 'settings' then
        return new;
    end if;
    raise exception 'a row of % is never changed', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger feature_settings_version_keep before update on feature_settings_version
    for each row execute function keep_version();
