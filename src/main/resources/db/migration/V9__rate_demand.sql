-- What replicas without a common Redis need of the limits that they share. Said anew every second; lost with a crash of the
-- database, which nobody misses, and therefore not logged.

create unlogged table rate_replica (
    name    text primary key,
    seen_at timestamptz not null
);

create unlogged table rate_demand (
    replica text not null references rate_replica on delete cascade,
    bucket  text not null,
    demand  bigint not null check (demand >= 0),
    claim   bigint not null check (claim between 0 and parts),
    parts   bigint not null check (parts > 0),
    primary key (replica, bucket)
);

comment on column rate_demand.demand is 'units or slots that were asked for lately';
comment on column rate_demand.claim is 'how many of the parts of the limit nobody else may use';
