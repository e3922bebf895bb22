-- People who sign in at an identity provider. Old servers ignore both.
create table ten_external_identity (
    issuer {text} not null,             -- of the provider, as its tokens say it
    subject {text} not null,            -- the provider's id of the person, never given again by it
    principal_id {text} not null,
    linked_by {text} not null,          -- name of the administrator; of the person where the first sign-in made them
    linked_at bigint not null,
    primary key (issuer, subject)) {clustered};
create unique index ten_external_identity_principal on ten_external_identity (principal_id, issuer);

alter table ten_principal add column external_name {text} null;     -- of a group: the claim of the provider that puts people into it
create index ten_principal_external on ten_principal (external_name);
