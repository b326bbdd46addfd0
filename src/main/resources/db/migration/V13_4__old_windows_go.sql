-- What nobody asks for any more goes: windows that ended long ago, doubts that were released, runs of replicas that have
-- nothing of any window.

create index budget_window_closed on budget_window (ends_at) where state = 'closed';
create index doubt_released on doubt (decided_at) where state = 'released';

-- Deletes so many windows at most that were closed and ended before an instant, with their shares and doubts; so many
-- released doubts of other windows, and runs that ended. Windows stay as long as work under way holds something of them.
-- Entries of windows that are gone are booked and count nowhere. Answers how many windows and runs went.
create function prune_budgets(before timestamptz, most int) returns int language plpgsql as $$
declare
    old bigint[];
    runs int;
begin
    if not pg_try_advisory_xact_lock(7007) then
        return 0; -- another replica is about it
    end if;
    select array_agg(id) into old from (
        select id from budget_window as w
        where state = 'closed' and ends_at < before
          and not exists (select from durable_hold as h where h.window_id = w.id and h.state = 'held')
        order by ends_at limit most for update skip locked) as ended;
    perform from share_settled where window_id = any (old) order by window_id, epoch for update; -- in the order of batches
    delete from share_settled where window_id = any (old);
    delete from doubt where window_id = any (old);
    delete from share_granted where window_id = any (old);
    delete from durable_hold where window_id = any (old);
    delete from budget_window where id = any (old);

    delete from doubt where id = any (array(
        select id from doubt where state = 'released' and decided_at < before limit most for update skip locked));
    delete from replica where epoch = any (array(
        select epoch from replica as r
        where state <> 'live' and seen_at < before and not exists (select from share_granted where epoch = r.epoch)
        limit most for update skip locked));
    get diagnostics runs = row_count;
    return coalesce(cardinality(old), 0) + runs;
end $$;
