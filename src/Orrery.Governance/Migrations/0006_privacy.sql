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

create table gov_opt_out (
    tenant_id bigint not null,
    subject {text} not null,            -- HMAC-SHA-256 of the key, hexadecimal; the key itself is not kept
    purpose {text} not null,            -- training, prediction, all
    forms {text} not null,              -- codes of the same key with whole numbers written plainly, with commas; empty where it is so
    join_keys {text} not null,          -- names of the key's columns, in order, with commas
    reason {text} null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, subject, purpose)) {clustered};

create table gov_opt_out_version (
    tenant_id bigint not null,
    version bigint not null,            -- rises with each change, so that servers see that there was one
    primary key (tenant_id)) {clustered};

create table gov_erasure (
    tenant_id bigint not null,
    erasure_id {text} not null,         -- UUID of version 7, 32 hexadecimal digits
    state {text} not null,              -- running, succeeded, failed
    subject {text} not null,            -- HMAC-SHA-256 of the key, hexadecimal
    sealed {bytes} null,                 -- the key and what was asked, encrypted, while the job needs it
    job_id {text} not null,
    receipt {text} not null,            -- JSON, a SubjectReceipt: as far as it has come, signed at the end
    steps {text} not null,              -- JSON, a list: what was done
    error {text} null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, erasure_id)) {clustered};
