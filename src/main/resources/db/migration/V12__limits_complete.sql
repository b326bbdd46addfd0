-- Soft limits alert, the features that settings don't name have limits together, and a season multiplies quotas exactly.

-- Raises that a request went beyond a soft limit: once an hour for each organization where the limit counts them apart, else
-- once an hour. It is told to the limit's organization, to the one that it counts, or to the platform.
create function raise_limit_alert(
    exceeded text, hour timestamptz, request_organization text, request_client text, request_key text)
returns void language plpgsql as $$
declare
    it record;
    told text;
begin
    select r.id, r.name, r.owner, r.owner_id, r.organization_id, r.per, l.kind, l.amount, l.period_seconds into it
    from rule as r join usage_limit as l using (id) where r.id = exceeded and r.mode = 'soft';
    if not found then
        return;
    end if;
    told := coalesce(it.organization_id, case when 'organization' = any (it.per) then request_organization end);
    perform raise_alert(
        'limit.exceeded', format('limit:%s:%s:%s', it.id, told, extract(epoch from hour)::bigint), told,
        jsonb_build_object(
            'limit_id', it.id, 'limit', it.name, 'owner', it.owner, 'owner_id', it.owner_id, 'kind', it.kind,
            'amount', case it.kind when 'price_per_request' then figure_of(it.amount, 'charge')
                      when 'share_per_request' then to_jsonb(trim_scale(it.amount / 100.0)::text) else to_jsonb(it.amount) end,
            'period_seconds', it.period_seconds, 'organization_id', request_organization, 'client_id', request_client,
            'key_id', request_key),
        'warning', format('Limit %s is exceeded', coalesce(nullif(it.name, ''), it.id)));
end $$;

-- Kinds of alerts have dots, by which channels choose them: budget.*
do $$
begin
    execute replace(replace(pg_get_functiondef('raise_budget_alerts(bigint[])'::regprocedure),
        'budget_threshold', 'budget.threshold'), 'budget_forecast', 'budget.forecast');
end $$;

-- The features that settings don't name have the limits of the row '*', all of them together: a rule whose feature is '*'
-- counts a request for which that row holds.
create or replace function enforce_settings() returns trigger language plpgsql as $$
declare
    shipped jsonb := case when new.client_id is null and new.settings is not null
        then '{"requests_per_minute": 60, "requests_per_day": 1000, "cost_per_day": "50"}' else '{}' end;
    held jsonb := shipped || coalesce(new.settings, '{}');
begin
    perform keep_setting_rule(new, 'requests_per_minute', (held ->> 'requests_per_minute')::bigint);
    perform keep_setting_rule(new, 'requests_per_day', (held ->> 'requests_per_day')::bigint);
    perform keep_setting_rule(new, 'cost_per_day', ((held ->> 'cost_per_day')::numeric * 1000000000)::bigint);
    return null;
end $$;

comment on column rule.feature is 'null is all; * those that the settings of the owner do not name';

update feature_settings set version = version where feature = '*';

-- An amount by so many thousandths, in whole numbers, rounded down.
create function multiplied(amount bigint, thousandths int) returns bigint immutable language sql as $$
    select least(div(amount::numeric * thousandths, 1000), 9e18)::bigint
$$;
