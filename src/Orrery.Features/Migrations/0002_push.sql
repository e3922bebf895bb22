-- What was pushed: the history of push sources that have no source of their own for it, until it is written to files, and the keys that make pushes repeatable.

create table fts_push_source (
    tenant_id bigint not null,
    project {text} not null,
    source {text} not null,
    last_sequence bigint not null,
    primary key (tenant_id, project, source)) {clustered};

create table fts_pushed (
    tenant_id bigint not null,
    project {text} not null,
    source {text} not null,
    sequence bigint not null,           -- the order of arrival, from 1
    event_time bigint not null,         -- microseconds since 1970 UTC
    created_time bigint null,           -- microseconds since 1970 UTC
    columns {text} not null,            -- JSON object: the row
    primary key (tenant_id, project, source, sequence)) {clustered};

create table fts_push_key (
    tenant_id bigint not null,
    project {text} not null,
    source {text} not null,
    idempotency_key {text} not null,
    body_hash {bytes} not null,         -- SHA-256: the same key with another body is refused
    state {text} not null,              -- stored (history is written, online may not be), done
    answer {text} null,                 -- JSON, what was answered
    created_at bigint not null,
    primary key (tenant_id, project, source, idempotency_key)) {clustered};
create index fts_push_key_age on fts_push_key (created_at);
