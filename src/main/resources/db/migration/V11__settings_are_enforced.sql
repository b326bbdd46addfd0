-- The limits in the settings of features are rules like others: they are kept here, in the transaction that changes the
-- settings, so that no other way of changing them can forget it. A rule that follows from settings names them as its
-- origin and is changed by them alone.

-- Puts the rule of one setting in force, or takes it back where the setting says nothing.
create function keep_setting_rule(place feature_settings, setting text, wanted bigint) returns void language plpgsql as $$
declare
    beneath text := coalesce(place.client_id, place.organization_id);
    key text := substr(md5(beneath || ' ' || place.feature || ' ' || setting), 1, 20);
    rule_id text := case setting when 'requests_per_minute' then 'lim_s' else 'bud_s' end || key;
    opened bigint;
begin
    if wanted is null then
        update rule set archived_at = now() where id = rule_id and archived_at is null;
        return;
    end if;
    insert into rule (id, name, owner, owner_id, organization_id, feature, origin)
    values (rule_id, place.feature || ': ' || replace(setting, '_', ' '),
            case when place.client_id is null then 'organization' else 'client' end, beneath, place.organization_id,
            place.feature, 'setting:' || beneath || '/' || place.feature)
    on conflict (id) do update set archived_at = null;
    if setting = 'requests_per_minute' then
        insert into usage_limit (id, kind, amount, period_seconds) values (rule_id, 'requests', wanted, 60)
        on conflict (id) do update set amount = excluded.amount;
        return;
    end if;
    insert into budget (id, measure, amount, period)
    values (rule_id, case setting when 'cost_per_day' then 'charge' else 'requests' end, wanted, 'day')
    on conflict (id) do update set amount = excluded.amount;
    -- What is set for a feature holds from now on, not from tomorrow.
    for opened in select id from budget_window where budget_id = rule_id and state = 'open' and ends_at > now() order by id loop
        update budget_window set base_amount = wanted where id = opened;
        perform set_target(opened);
    end loop;
end $$;

-- An organization's feature has the limits that Tollgate ships where it sets none; a client's row only what it sets, as
-- the rest is counted with its organization.
create function enforce_settings() returns trigger language plpgsql as $$
declare
    shipped jsonb := case when new.client_id is null and new.settings is not null
        then '{"requests_per_minute": 60, "requests_per_day": 1000, "cost_per_day": "50"}' else '{}' end;
    held jsonb := shipped || coalesce(new.settings, '{}');
begin
    if new.feature = '*' then
        return null; -- no rule can say: all that are not named
    end if;
    perform keep_setting_rule(new, 'requests_per_minute', (held ->> 'requests_per_minute')::bigint);
    perform keep_setting_rule(new, 'requests_per_day', (held ->> 'requests_per_day')::bigint);
    perform keep_setting_rule(new, 'cost_per_day', ((held ->> 'cost_per_day')::numeric * 1000000000)::bigint);
    return null;
end $$;

create trigger feature_settings_enforce after insert or update on feature_settings
    for each row execute function enforce_settings();

do $$
declare
    place feature_settings;
begin
    for place in select * from feature_settings loop
        update feature_settings set version = version
        where organization_id = place.organization_id and client_id is not distinct from place.client_id
          and feature = place.feature;
    end loop;
end $$;
