-- Administration: who may administer, what was done, and answers that are given again to the same request.

create table admin_token (
    id              text primary key check (id like 'tok\_%'),
    name            text not null,
    role            text not null,
    organization_id text references organization (id),
    sha256          bytea not null check (octet_length(sha256) = 32),
    created_at      timestamptz not null default now(),
    created_by      text not null,
    expires_at      timestamptz,
    revoked_at      timestamptz,
    last_used_at    timestamptz,
    version         bigint not null default 1,
    check ((role = 'platform_administrator') = (organization_id is null))
);

create index admin_token_by_organization on admin_token (organization_id);

-- The audit log: a chain in which every line carries the hash of the one before it. The trigger below numbers, dates and
-- hashes each line in one place, so that whoever inserts can't break the chain. What a change was, before and after, is
-- in the chain by its salted hash only, so that personal data can be erased from a line without breaking it.

create table audit_log (
    seq             bigint primary key,
    at              timestamptz not null,
    principal_id    text not null,
    principal_name  text not null,
    principal_role  text not null,
    remote_address  text not null,
    action          text not null,
    object_type     text not null,
    object_id       text not null,
    organization_id text,
    before          jsonb,
    after           jsonb,
    salt            uuid,
    content_hash    bytea not null,
    previous_hash   bytea not null,
    hash            bytea not null,
    erased_at       timestamptz
);

comment on column audit_log.organization_id is 'whose change it is; null is the platform''s';
comment on column audit_log.salt is 'keeps erased content from being guessed by its hash';

create index audit_log_by_organization on audit_log (organization_id, seq);
create index audit_log_by_object on audit_log (object_id, seq);

-- The end of the chain. Its row is locked from a line's insertion to its commit, so that there is one chain.
create table audit_head (
    only_row boolean primary key default true check (only_row),
    seq      bigint not null,
    hash     bytea not null
);

insert into audit_head (seq, hash) values (0, sha256('tollgate'));

create function audit_content_hash(line audit_log) returns bytea stable language sql as $$
    select sha256(convert_to(jsonb_build_array(line.salt, line.before, line.after)::text, 'UTF8'))
$$;

-- What is hashed of a line, but for the hash of the line before it.
create function audit_text(line audit_log) returns text stable language sql as $$
    select jsonb_build_array(
        line.seq, (extract(epoch from line.at) * 1000000)::bigint,
        line.principal_id, line.principal_name, line.principal_role, line.remote_address,
        line.action, line.object_type, line.object_id, line.organization_id,
        encode(line.content_hash, 'hex'))::text
$$;

create function audit_append() returns trigger language plpgsql as $$
declare
    head audit_head;
begin
    select * into strict head from audit_head for update;
    new.seq := head.seq + 1;
    new.at := clock_timestamp();
    new.salt := gen_random_uuid();
    new.erased_at := null;
    new.content_hash := audit_content_hash(new);
    new.previous_hash := head.hash;
    new.hash := sha256(head.hash || convert_to(audit_text(new), 'UTF8'));
    update audit_head set seq = new.seq, hash = new.hash;
    return new;
end $$;

-- Nothing of a line changes, but that its content is erased.
create function audit_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.erased_at is null and new.erased_at is not null
            and new.before is null and new.after is null and new.salt is null
            and audit_text(new) = audit_text(old)
            and new.previous_hash = old.previous_hash and new.hash = old.hash then
        return new;
    end if;
    raise exception 'the audit log is append-only' using errcode = 'restrict_violation';
end $$;

create trigger audit_log_append before insert on audit_log
    for each row execute function audit_append();

create trigger audit_log_keep before update or delete on audit_log
    for each row execute function audit_refuse();

create trigger audit_log_keep_all before truncate on audit_log
    for each statement execute function audit_refuse();

create function audit_head_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the end of the audit log is never removed' using errcode = 'restrict_violation';
end $$;

create trigger audit_head_keep before insert or delete or truncate on audit_head
    for each statement execute function audit_head_refuse();

-- Answers to requests with an Idempotency-Key, kept for a day. Secrets that are shown once are not in them.

create table idempotent_answer (
    principal_id text not null,
    key          text not null,
    path         text not null,
    request_hash bytea not null,
    status       smallint,
    version      bigint,
    location     text,
    body         text,
    secret       boolean not null default false,
    created_at   timestamptz not null default now(),
    primary key (principal_id, key, path)
);

create index idempotent_answer_by_age on idempotent_answer (created_at);
