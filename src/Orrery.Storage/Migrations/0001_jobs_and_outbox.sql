-- Work queue with leases and fencing tokens. Times are Unix milliseconds, UTC.
create table sys_job (
    tenant_id bigint not null,
    job_id {text} not null,
    kind {text} not null,
    state {text} not null,              -- queued, running, succeeded, failed, cancelled
    payload {text} not null,            -- JSON, the kind's own
    result {text} null,                 -- JSON, the kind's own
    error {text} null,
    progress double precision not null, -- 0 to 1
    message {text} not null,
    attempts integer not null,
    fence bigint not null,              -- rises with every lease; a holder of an older one can write nothing
    lease_until bigint null,
    cancel_requested smallint not null,
    dedupe_key {text} null,
    created_by {text} not null,
    created_at bigint not null,
    run_after bigint not null,
    finished_at bigint null,
    primary key (tenant_id, job_id));
create index sys_job_ready on sys_job (state, run_after);
create unique index sys_job_dedupe on sys_job (tenant_id, kind, dedupe_key) where dedupe_key is not null and state in ('queued', 'running');

-- Events, written in the transaction of the fact they tell; delivered at least once, in order of their number.
create table sys_outbox (
    event_id {text} not null,
    tenant_id bigint not null,
    name {text} not null,               -- past tense: run.finished
    payload {text} not null,            -- JSON
    created_at bigint not null,
    primary key (event_id));

-- Which handler has handled which event.
create table sys_delivery (
    handler {text} not null,
    event_id {text} not null,
    attempts integer not null,
    next_attempt_at bigint null,        -- null: done
    error {text} null,
    primary key (handler, event_id));
create index sys_delivery_due on sys_delivery (next_attempt_at) where next_attempt_at is not null;
