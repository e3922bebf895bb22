-- How imports ended, for a job whose server falls between the end and the telling of it. Times are Unix milliseconds, UTC.

create table ten_import_end (
    tenant_id bigint not null,          -- of the workspace that it made, or was to make
    job_id {text} not null,
    report {text},                      -- JSON; null when it failed
    kind {text},                        -- of the failure
    code {text},
    message {text},
    ended_at bigint not null,
    primary key (tenant_id, job_id)) {clustered};
