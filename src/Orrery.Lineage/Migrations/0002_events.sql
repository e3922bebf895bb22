-- OpenLineage events as they came. An event that comes again has the same hash.

create table lin_event (
    tenant_id bigint not null,
    event_id {text} not null,           -- 64 hex: SHA-256 of the event without its white space
    kind {text} not null,               -- run, job, dataset
    event_at bigint not null,           -- as the producer says, Unix milliseconds
    event_type {text} null,             -- START, RUNNING, COMPLETE, ABORT, FAIL, OTHER
    run_id {text} null,
    job {text} null,                    -- namespace|name
    producer {text} not null,
    body {text} not null,               -- verbatim, facets of every producer among it
    received_at bigint not null,
    primary key (tenant_id, event_id)) {clustered};
create index lin_event_at on lin_event (tenant_id, event_at desc, event_id);
