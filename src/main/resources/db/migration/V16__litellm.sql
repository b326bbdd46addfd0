-- Scripts made for LiteLLM know keys by the SHA-256 of their secrets.

create index api_key_by_sha256 on api_key (sha256);
create index api_key_by_previous_sha256 on api_key (previous_sha256) where previous_sha256 is not null;
