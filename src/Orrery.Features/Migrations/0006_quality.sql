-- What came of quality checks, rows set aside, and receipts of erasures. Times are Unix milliseconds, UTC.

create table fts_quality (
    tenant_id bigint not null,
    check_id {text} not null,           -- a version-7 GUID with dashes
    project {text} not null,
    view {text} null,
    source {text} not null,
    outcome {text} not null,            -- passed, warned, quarantined, rejected
    document {text} not null,           -- JSON: the report
    checked_at bigint not null,
    primary key (tenant_id, check_id)) {clustered};
create index fts_quality_project on fts_quality (tenant_id, project, check_id);

create table fts_quarantine (
    tenant_id bigint not null,
    check_id {text} not null,
    position bigint not null,
    project {text} not null,
    source {text} not null,
    broke {text} not null,              -- JSON list: the rules
    row_json {text} not null,           -- the row
    quarantined_at bigint not null,
    primary key (tenant_id, check_id, position)) {clustered};
create index fts_quarantine_project on fts_quarantine (tenant_id, project, check_id, position);

create table fts_erasure (
    tenant_id bigint not null,
    erasure_id {text} not null,         -- a version-7 GUID with dashes
    project {text} not null,
    document {text} not null,           -- JSON: the receipt
    erased_at bigint not null,
    primary key (tenant_id, erasure_id)) {clustered};
create index fts_erasure_project on fts_erasure (tenant_id, project, erasure_id);
