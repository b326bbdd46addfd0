-- As before (V6). The first grant of a run comes on top of what the run has spent without one, and waits for batches that
-- book more of that: of two that don't see each other the batch would not raise the share, nor the grant count the batch.
-- Who asks again because it heard no answer, and hears now that the window is closed, has nothing of it: what the answer gave
-- that got lost is taken back, so that it doesn't stay granted for ever.
create or replace function grant_share(
    w bigint, asking_epoch bigint, call_number bigint, need bigint, want bigint,
    out status text, out given bigint, out amount bigint, out settled bigint, out in_doubt bigint, out used bigint)
language plpgsql set lock_timeout = '2s' as $$
declare
    it budget_window;
    mine share_granted;
    replicas int;
    spent numeric := 0;
    free bigint;
    slice bigint;
begin
    given := 0;
    perform from replica where epoch = asking_epoch and state = 'live' for share;
    if not found then
        status := 'superseded';
        return;
    end if;
    select * into it from budget_window where id = w for no key update;
    if it.id is null or it.state = 'closed' then
        update share_granted as s set granted = s.granted - s.given, given = 0
        where s.window_id = w and s.epoch = asking_epoch and s.call = call_number and s.given > 0;
        status := 'closed';
        return;
    end if;
    select * into mine from share_granted as s where s.window_id = w and s.epoch = asking_epoch for no key update;
    if not found then
        -- It was spent while the budget only counted, or in an outage. A batch with more of it waits until the share is
        -- there, and raises it.
        insert into share_settled (window_id, epoch, settled, excess) values (w, asking_epoch, 0, 0) on conflict do nothing;
        select greatest(0, t.settled) into spent from share_settled as t
        where t.window_id = w and t.epoch = asking_epoch for no key update;
    end if;
    amount := it.target_amount;
    select least(9e18, u.used), least(9e18, u.settled), u.in_doubt into used, settled, in_doubt from use_of(w) as u;
    if mine.call >= call_number then
        status := case when mine.given > 0 then 'given' else 'refused' end;
        given := greatest(0, mine.given);
        return;
    end if;
    free := it.target_amount - used;
    if need > free then
        status := 'refused';
        slice := 0;
    else
        select greatest(1, count(*)) into replicas from replica
        where state = 'live' and seen_at > now() - interval '10 s';
        status := 'given';
        slice := free / (4 * replicas);
        slice := case when slice / 2 < need then need else least(want, slice) end;
        slice := greatest(slice, need);
    end if;
    insert into share_granted as s (window_id, epoch, granted, call, given)
    values (w, asking_epoch, slice + least(9e18 - slice, spent), call_number, slice)
    on conflict (window_id, epoch) do update
        set granted = s.granted + excluded.given, call = excluded.call, given = excluded.given;
    given := slice;
    used := used + slice;
end $$;
