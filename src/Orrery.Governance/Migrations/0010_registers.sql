-- Registers: incidents, exceptions, requests of data subjects; reports. Times are Unix milliseconds.

create table gov_incident (
    tenant_id bigint not null,
    incident_id {text} not null,        -- UUID of version 7, 32 hexadecimal digits
    incident_key {text} not null,       -- the caller's own, so that opening again opens nothing new
    state {text} not null,              -- open, mitigated, resolved, reviewed
    severity {text} not null,           -- sev1 to sev4
    kind {text} not null,
    model {text} null,
    environment {text} null,
    started_at bigint not null,
    opened_at bigint not null,
    document {text} not null,           -- JSON, an Incident without what is computed
    primary key (tenant_id, incident_id)) {clustered};
create unique index gov_incident_key on gov_incident (tenant_id, incident_key);

create table gov_incident_event (
    tenant_id bigint not null,
    incident_id {text} not null,
    sequence bigint not null,           -- from 1
    kind {text} not null,
    body {text} not null,
    created_by {text} not null,
    created_at bigint not null,
    primary key (tenant_id, incident_id, sequence)) {clustered};

create table gov_exception (
    tenant_id bigint not null,
    exception_id {text} not null,       -- UUID of version 7, 32 hexadecimal digits
    exception_key {text} not null,
    state {text} not null,              -- requested, approved, rejected, revoked; that an approved one has expired its time says
    control {text} not null,
    model {text} null,
    requested_at bigint not null,
    expires_at bigint not null,
    document {text} not null,           -- JSON, a PolicyException without what is computed
    primary key (tenant_id, exception_id)) {clustered};
create unique index gov_exception_key on gov_exception (tenant_id, exception_key);

create table gov_subject_request (
    tenant_id bigint not null,
    request_id {text} not null,         -- UUID of version 7, 32 hexadecimal digits
    request_key {text} not null,
    state {text} not null,              -- received, in_progress, fulfilled, refused, withdrawn
    subject {text} not null,            -- HMAC-SHA-256 of the key, hexadecimal; the key itself is not kept
    kind {text} not null,               -- access, rectification, erasure, restriction, objection, portability, human_review
    received_at bigint not null,
    due_at bigint not null,
    document {text} not null,           -- JSON, a SubjectRequest without what is computed
    primary key (tenant_id, request_id)) {clustered};
create unique index gov_subject_request_key on gov_subject_request (tenant_id, request_key);

create table gov_compliance_report (
    tenant_id bigint not null,
    report_id {text} not null,          -- UUID of version 7, 32 hexadecimal digits
    report_key {text} not null,
    state {text} not null,              -- running, succeeded, failed
    framework {text} not null,
    document {text} not null,           -- JSON, a ComplianceReport
    job_id {text} not null,
    created_at bigint not null,
    primary key (tenant_id, report_id)) {clustered};
create unique index gov_compliance_report_key on gov_compliance_report (tenant_id, report_key);
