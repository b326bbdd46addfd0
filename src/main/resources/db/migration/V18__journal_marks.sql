-- How much of each journal a database has booked, counted in commits. A replica knows the last one that was acknowledged to
-- it, so it notices a database that has forgotten it, such as a standby that missed the last seconds, and books again what
-- that one misses: docs/adr/0028-commits-that-a-standby-missed.md.

create table journal_mark (
    journal_id uuid primary key,
    number     bigint not null
);

comment on column journal_mark.number is 'commits that booked something of the journal';

-- Counts a commit of a journal; called in the transaction that books. Fails with TG001, and what the database knows as its
-- detail, where that is less than was acknowledged before. A database that does not know the journal at all is another one.
create function mark_commit(journal uuid, acknowledged bigint) returns bigint language plpgsql as $$
declare
    before bigint;
begin
    select number into before from journal_mark where journal_id = journal for no key update;
    if before < acknowledged then
        raise exception 'commits were lost' using errcode = 'TG001', detail = before;
    end if;
    insert into journal_mark as mark (journal_id, number) values (journal, 1)
    on conflict (journal_id) do update set number = mark.number + 1
    returning number into before;
    return before;
end $$;
