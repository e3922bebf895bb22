-- What evaluations of a model's versions must show before one goes to production. Times are Unix milliseconds.

create table gov_evaluation_gate (
    tenant_id bigint not null,
    model_id {text} not null,
    gates {text} not null,              -- one a line, as in an evaluation
    max_age_days bigint null,
    min_rows bigint null,
    sources {text} not null,            -- one a line; empty for any
    pinned {text} null,                 -- JSON, an EvaluationPins
    set_by {text} not null,
    set_at bigint not null,
    primary key (tenant_id, model_id)) {clustered};
