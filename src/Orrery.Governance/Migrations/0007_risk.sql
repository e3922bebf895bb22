-- What was answered about the risk of models, and the assessments that came of it. Nothing here is ever changed but names. Times are Unix milliseconds.

create table gov_risk_answers (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,            -- 0: of all versions
    sequence bigint not null,           -- counts the changes, from 1; the highest stands
    questionnaire {text} not null,      -- its version
    answers {text} not null,            -- JSON, an object: all that stand
    note {text} null,
    set_by {text} not null,
    set_at bigint not null,
    primary key (tenant_id, model_id, version, sequence)) {clustered};

create table gov_risk_assessment (
    tenant_id bigint not null,
    model_id {text} not null,
    version bigint not null,
    environment {text} not null,
    sequence bigint not null,           -- of the version in the environment, from 1; the highest stands
    model {text} not null,              -- the model's name
    sha256 {text} not null,             -- of what it was computed from
    score bigint not null,
    tier {text} not null,               -- low, medium, high
    body {text} not null,               -- JSON, a RiskAssessment
    made_by {text} not null,
    made_at bigint not null,
    primary key (tenant_id, model_id, version, environment, sequence)) {clustered};
