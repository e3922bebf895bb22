-- Explanation reports. Times are Unix milliseconds.

create table gov_explanation (
    tenant_id bigint not null,
    explanation_id {text} not null,     -- UUID of version 7, 32 hexadecimal digits
    model {text} not null,
    version bigint not null,
    state {text} not null,              -- running, succeeded, failed, cancelled
    spec {text} not null,               -- JSON, an ExplanationSpec
    job_id {text} not null,
    model_sha256 {text} null,           -- of the package that was explained
    result {text} null,                 -- JSON, an ExplanationResult
    content_hash {text} null,           -- SHA-256 of result
    background {text} null,             -- JSON, the rows that explanations are relative to
    error_code {text} null,
    error {text} null,
    created_by {text} not null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (tenant_id, explanation_id)) {clustered};
create index gov_explanation_version on gov_explanation (tenant_id, model, version, state, explanation_id);
