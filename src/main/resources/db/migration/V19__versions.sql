-- What replicas follow, each with its version, so that one question tells all that has changed.
create view versions as
select (select version from limits_version) as rules,
       (select revision from rating_revision) as prices,
       (select version from settings_version) as settings,
       (select version from provider_account_version) as accounts,
       (select version from routing_last) as routes,
       (select version from tenancy_version) as tenants;

-- As before (V6), without the version of the rules.
drop function beat;
create function beat(asking_epoch bigint, out live boolean, out replicas int, out recalled bigint[])
language plpgsql as $$
begin
    update replica set seen_at = now()
    where epoch = asking_epoch and state = 'live' and seen_at < now() - interval '2 s';
    live := exists (select from replica where epoch = asking_epoch and state = 'live');
    select count(*) into replicas from replica where state = 'live' and seen_at > now() - interval '10 s';
    select coalesce(array_agg(id), '{}') into recalled from budget_window
    where recalled_at > now() - interval '3 s'
      and exists (select from share_granted where window_id = id and epoch = asking_epoch and granted > 0);
end $$;
