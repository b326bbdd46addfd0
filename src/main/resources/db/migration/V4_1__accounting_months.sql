-- Accounting months: a month that is closed, and every month before it, takes no more entries. What comes late, and what
-- is corrected later, belongs to the first month that is open.

create table accounting_month (
    month     date primary key check (extract(day from month) = 1),
    closed_at timestamptz not null default now(),
    closed_by text not null
);

comment on table accounting_month is 'months that are closed; the last of them closes all before it';

create function keep_closed_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(7005); -- whoever closes a month waits for entries that are on their way into it
    new.accounting_period := greatest(new.accounting_period,
                                      (select max(month) + interval '1 month' from accounting_month)::date);
    return new;
end $$;

-- Entries of this month, nearly all, don't ask: it can't be closed before it has ended.
create trigger a_closed_month_stays_closed before insert on ledger for each row
    when (new.accounting_period < date_trunc('month', now() at time zone 'UTC')::date)
    execute function keep_closed_months();
