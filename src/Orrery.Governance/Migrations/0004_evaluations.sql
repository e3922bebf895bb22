-- Evaluations of model versions. One that has succeeded is never changed. Times are Unix milliseconds.

create table gov_evaluation (
    tenant_id bigint not null,
    evaluation_id {text} not null,      -- UUID of version 7, 32 hexadecimal digits
    model {text} not null,
    version {text} not null,
    state {text} not null,              -- queued, succeeded, failed, cancelled; whether one that is queued runs, its job says
    spec {text} not null,               -- JSON, an EvaluationSpec
    sees_small bigint not null,         -- 1 when who asked may use sensitive attributes row by row
    model_sha256 {text} not null,       -- of the package
    data_sha256 {text} null,
    result {text} null,                 -- JSON, an EvaluationResult
    result_sha256 {text} null,
    passed bigint null,
    error_code {text} null,
    error {text} null,
    job_id {text} not null,
    created_by {text} not null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (tenant_id, evaluation_id)) {clustered};
create index gov_evaluation_version on gov_evaluation (tenant_id, model, version, evaluation_id);
