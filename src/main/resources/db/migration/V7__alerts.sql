-- Alerts: events that somebody wants to be told, the channels they are told over, and each delivery with its attempts.
-- An event is stored in the transaction of what it tells, with a delivery for each channel that wants it.

create table alert_channel (
    id                         text primary key check (id like 'chn\_%'),
    organization_id            text references organization (id),
    name                       text not null,
    type                       text not null,
    includes_organizations     boolean not null default false,
    kinds                      text[] check (cardinality(kinds) > 0),
    severity_min               smallint not null default 0,
    enabled                    boolean not null default true,
    url                        text,
    secret                     text,
    previous_secret            text,
    previous_secret_expires_at timestamptz,
    addresses                  text[],
    created_at                 timestamptz not null default now(),
    updated_at                 timestamptz not null default now(),
    deleted_at                 timestamptz,
    version                    bigint not null default 1,
    check (organization_id is null or not includes_organizations),
    check ((previous_secret is null) = (previous_secret_expires_at is null))
);

comment on column alert_channel.organization_id is 'whose events it tells; null is the platform''s';
comment on column alert_channel.includes_organizations is 'whether a channel of the platform tells all organizations'' events, too';
comment on column alert_channel.kinds is 'names, or beginnings of names followed by a star; null wants all';
comment on column alert_channel.severity_min is '0 info, 1 warning, 2 critical';
comment on column alert_channel.url is 'a secret; no answer, log or audit line has more of it than its host';

create index alert_channel_by_organization on alert_channel (organization_id) where deleted_at is null;

create table alert (
    seq             bigint generated always as identity primary key,
    id              text not null unique,
    kind            text not null,
    dedupe_key      text not null unique,
    organization_id text,
    severity        smallint not null check (severity between 0 and 2),
    subject         text not null,
    payload         jsonb not null,
    occurred_at     timestamptz not null,
    raised_at       timestamptz not null default now()
);

comment on column alert.dedupe_key is 'an event that is raised again under the same key, by whatever replica, is the same event';

create index alert_by_organization on alert (organization_id, seq);
create index alert_by_age on alert (raised_at);

-- A delivery that waits is due at due_at. Who takes it moves due_at on by a lease before sending, so that it is due again
-- if the sender never comes back; attempt is the token by which a sender that comes back too late is told from the next.
create table alert_delivery (
    seq           bigint generated always as identity primary key,
    id            text not null unique default 'dlv_' || replace(gen_random_uuid()::text, '-', ''),
    alert_seq     bigint not null references alert (seq) on delete cascade,
    channel_id    text not null references alert_channel (id),
    state         text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead', 'cancelled')),
    attempt       integer not null default 0,
    attempts_left integer not null,
    due_at        timestamptz not null default now(),
    created_at    timestamptz not null default now(),
    ended_at      timestamptz,
    unique (alert_seq, channel_id)
);

create index alert_delivery_waiting on alert_delivery (channel_id, due_at) where state = 'waiting';
create index alert_delivery_by_channel on alert_delivery (channel_id, seq);

create table alert_attempt (
    delivery_seq   bigint not null references alert_delivery (seq) on delete cascade,
    attempt        integer not null,
    begun_at       timestamptz not null default clock_timestamp(),
    delivered      boolean,
    status         smallint,
    latency_millis integer,
    error          text check (length(error) <= 512),
    primary key (delivery_seq, attempt)
);

comment on column alert_attempt.delivered is 'null while it is under way, and where its sender never came back';

-- How many attempts a delivery has, in one place for all that raise.
create function alert_attempts_max() returns integer immutable language sql as $$ select 12 $$;

-- Raises an alert in the caller's transaction; tells whether it is new. It is told to nobody where no channel wants it.
-- It never fails for what is too long: it is called where money is booked. Callers that raise several in one transaction
-- raise them in the order of their keys, so that two of them never wait for each other.
create function raise_alert(
    kind            text,
    dedupe_key      text,
    organization_id text,
    payload         jsonb,
    severity        text default 'warning',
    subject         text default null,
    occurred_at     timestamptz default now()
) returns boolean language plpgsql as $$
declare
    raised alert;
begin
    insert into alert as a (id, kind, dedupe_key, organization_id, severity, subject, payload, occurred_at)
    values ('alr_' || replace(gen_random_uuid()::text, '-', ''),
            left(raise_alert.kind, 64),
            case when length(raise_alert.dedupe_key) <= 200 then raise_alert.dedupe_key
                 else left(raise_alert.dedupe_key, 160) || '#' || md5(raise_alert.dedupe_key) end,
            raise_alert.organization_id,
            case raise_alert.severity when 'info' then 0 when 'critical' then 2 else 1 end,
            left(coalesce(raise_alert.subject, raise_alert.kind), 200),
            case when octet_length(raise_alert.payload::text) <= 16384 and jsonb_typeof(raise_alert.payload) = 'object'
                 then raise_alert.payload else '{"omitted": true}' end,
            coalesce(raise_alert.occurred_at, now()))
    on conflict on constraint alert_dedupe_key_key do nothing
    returning a.* into raised;
    if not found then
        return false;
    end if;
    insert into alert_delivery (alert_seq, channel_id, attempts_left)
    select raised.seq, c.id, alert_attempts_max()
    from alert_channel c
    where c.deleted_at is null
      and c.enabled
      and (c.organization_id is not distinct from raised.organization_id or c.includes_organizations)
      and c.severity_min <= raised.severity
      and (c.kinds is null or exists (
              select from unnest(c.kinds) wanted
              where raised.kind = wanted
                 or right(wanted, 1) = '*' and starts_with(raised.kind, left(wanted, -1))));
    if found then
        perform pg_notify('tollgate_alert', '');
    end if;
    return true;
end $$;
