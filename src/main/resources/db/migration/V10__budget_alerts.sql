-- Alerts of budgets: when what was spent of a window reaches a threshold, and when it will before the window ends.

-- Dollars as a decimal text, tokens and requests as a number.
create function figure_of(amount numeric, measure text) returns jsonb immutable language sql as $$
    select case when measure in ('charge', 'provider_cost') then to_jsonb(trim_scale(amount / 1000000000)::text)
           else to_jsonb(amount) end
$$;

-- Raises what is due for windows, once each. A forecast takes the spending so far for the spending to come, after a tenth
-- of the window and not in its first ten minutes.
create function raise_budget_alerts(windows bigint[]) returns void language plpgsql as $$
declare
    it record;
    percent smallint;
    elapsed double precision;
    facts jsonb;
begin
    for it in
        select w.*, u.settled, u.in_doubt, b.period, b.thresholds, r.name, r.mode, r.owner, r.owner_id,
               coalesce(r.organization_id, (select o.id from organization as o where o.id = split_part(w.subject, '|', 1)))
                   as organization_id
        from budget_window as w
        join budget as b on b.id = w.budget_id
        join rule as r on r.id = w.budget_id
        cross join lateral use_of(w.id) as u
        where w.id = any (windows) and w.target_amount > 0
        order by w.id
    loop
        facts := jsonb_build_object(
            'budget_id', it.budget_id, 'budget', it.name, 'owner', it.owner, 'owner_id', it.owner_id,
            'subject', it.subject, 'window_id', it.id, 'measure', it.measure, 'mode', it.mode,
            'amount', figure_of(it.target_amount, it.measure), 'spent', figure_of(it.settled, it.measure),
            'in_doubt', figure_of(it.in_doubt, it.measure),
            'starts_at', it.starts_at, 'ends_at', it.ends_at);
        foreach percent in array it.thresholds loop
            if it.settled::numeric * 100 >= it.target_amount::numeric * percent then
                perform raise_alert(
                    'budget_threshold', format('budget:%s:%s', it.id, percent), it.organization_id,
                    facts || jsonb_build_object('percent', percent),
                    case when percent >= 100 then 'critical' else 'warning' end,
                    format('%s %% of budget %s are spent', percent, coalesce(nullif(it.name, ''), it.budget_id)));
            end if;
        end loop;
        if it.period not in ('total', 'credit') and it.settled > 0 and it.settled < it.target_amount and it.ends_at > now() then
            elapsed := extract(epoch from now() - it.starts_at) / extract(epoch from it.ends_at - it.starts_at);
            if elapsed > 0.1 and now() - it.starts_at > interval '10 minutes' and it.settled / elapsed > it.target_amount then
                perform raise_alert(
                    'budget_forecast', format('budget:%s:forecast', it.id), it.organization_id,
                    facts || jsonb_build_object(
                        'exhausted_at', it.starts_at + (it.ends_at - it.starts_at) * (it.target_amount * elapsed / it.settled)),
                    'warning',
                    format('Budget %s will be used up before its window ends', coalesce(nullif(it.name, ''), it.budget_id)));
            end if;
        end if;
    end loop;
end $$;
