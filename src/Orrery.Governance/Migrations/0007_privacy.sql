-- Personal data: where it was found, who has opted out, what was erased. Times are Unix milliseconds.

create table gov_pii_scan (
    tenant_id bigint not null,
    scan_id {text} not null,            -- UUID of version 7, 32 hexadecimal digits
    state {text} not null,              -- running, succeeded, failed
    spec {text} not null,               -- JSON, a PiiScanSpec
    job_id {text} null,
    report {text} null,                 -- JSON, a PiiReport: shapes of values and no values
    error_code {text} null,
    error {text} null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, scan_id)) {clustered};
