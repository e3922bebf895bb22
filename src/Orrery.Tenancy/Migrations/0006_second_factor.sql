-- Codes of an authenticator (RFC 6238). Times are Unix milliseconds, UTC. Expand only: old servers ignore all of it.
create table ten_totp (
    principal_id {text} not null,
    secret {bytes} not null,            -- sealed
    begun_at bigint not null,
    confirmed_at bigint null,           -- null: begun, and no factor yet
    last_step bigint not null,          -- 30 seconds of the last code that was taken: each code is good once
    primary key (principal_id)) {clustered};

create table ten_recovery_code (
    principal_id {text} not null,
    hash {bytes} not null,              -- SHA-256
    used_at bigint null,                -- each is good once
    primary key (principal_id, hash)) {clustered};

-- 1: whoever made it had shown a second factor, or it is a service account's. Those of before count as they did.
alter table ten_token add column second_factor smallint not null default 1;
