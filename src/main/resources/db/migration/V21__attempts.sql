-- An attempt that failed and may have been billed is an entry of its own where another one followed. It counts as no
-- request, and otherwise like any entry.

comment on column ledger.kind is 'request, attempt, adjustment, credit or metered_service';
comment on column ledger.parent_id is 'the request on whose behalf this one was made, or whose attempt this is';
