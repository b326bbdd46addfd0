package dev.tollgate.bounds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.Tariff;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples that are worked out by hand. A dollar per million tokens is 1,000 nanodollars a token. */
class BoundsTest {
    private static final String GPT_4O = """
            {"model": "gpt-4o", "max_input": 128000, "max_output": 16000,
             "standard": {"input": "2", "cached_input": "1", "output": "10", "web_search": "10000"},
             "batch": {"input": "1", "output": "5"}, "priority": {"input": "4", "output": "20"}}""";
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private static final String CHAT = "{\"model\":\"gpt-4o\"," + HELLO + ",\"max_tokens\":100}";

    /** What the family adds to each request. */
    private static final int FORMAT = 16;

    @Nested
    class Text {
        @Test
        void is_a_token_per_byte_and_the_output_its_cap() {
            Bound bound = chat(CHAT);
            assertThat(bound.certainty()).isEqualTo(Certainty.PROVEN);
            assertThat(bound.why()).isEmpty();
            assertThat(bound.inputTokens()).isEqualTo(CHAT.length() + FORMAT);
            assertThat(bound.outputCap()).isEqualTo(100);
            assertThat(bound.tokens()).isEqualTo(CHAT.length() + FORMAT + 100);
            assertThat(bound.chargeNanos()).isEqualTo((CHAT.length() + FORMAT) * 2_000L + 100 * 10_000);
            assertThat(bound.providerCostNanos()).isEqualTo(bound.chargeNanos());
        }

        @Test
        void is_no_more_than_the_model_s_context_window() {
            String body = CHAT.replace("Hello", "Hello".repeat(100_000));
            assertThat(chat(body).inputTokens()).isEqualTo(128_000);
        }

        @Test
        void is_priced_by_what_is_dearest_to_write_to_a_cache() {
            String price =
                    GPT_4O.replace("\"cached_input\": \"1\"", "\"cache_write\": \"2.5\", \"cache_write_long\": \"4\"");
            assertThat(Asked.bound(Operation.CHAT, CHAT, price).chargeNanos())
                    .isEqualTo((CHAT.length() + FORMAT) * 4_000L + 100 * 10_000);
        }

        @Test
        void is_priced_as_long_where_it_can_be_long() {
            String price = GPT_4O.replace(
                    "\"batch\"",
                    "\"long_context\": {\"above_input_tokens\": 80, \"standard\": {\"input\": \"4\", \"output\": \"15\"}}, \"batch\"");
            assertThat(CHAT.length() + FORMAT).isGreaterThan(80);
            assertThat(Asked.bound(Operation.CHAT, CHAT, price).chargeNanos())
                    .isEqualTo((CHAT.length() + FORMAT) * 4_000L + 100 * 15_000);
            String longer = price.replace(": 80", ": 800");
            assertThat(Asked.bound(Operation.CHAT, CHAT, longer).chargeNanos())
                    .isEqualTo((CHAT.length() + FORMAT) * 2_000L + 100 * 10_000);
        }

        @Test
        void of_a_model_whose_tokenizer_is_not_published_may_expand_where_it_is_not_ASCII() {
            String body = CHAT.replace("Hello", "Hällo"); // the letter is two bytes, each up to eleven after NFKC
            Tariff tariff = Asked.tariff(GPT_4O);
            Bound bound = new Bounds().of(Operation.CHAT, Asked.body(Operation.CHAT, body), "acme", "own", tariff);
            assertThat(bound.certainty()).isEqualTo(Certainty.MODELLED);
            assertThat(bound.inputTokens()).isEqualTo(body.getBytes(UTF_8).length + 2 * 10 + 1_024);
        }

        @Test
        void counted_by_the_tokenizer_is_less_and_still_a_bound() {
            String body = CHAT.replace("Hello", "All work and no play makes Jack a dull boy. ".repeat(100));
            Tariff tariff = Asked.tariff(GPT_4O);
            RequestBody read = Asked.body(Operation.CHAT, body);
            Bound bytes = new Bounds().of(Operation.CHAT, read, "openai", "gpt-4o", tariff);
            Bound counted = new Bounds().counted(Operation.CHAT, read, "openai", "gpt-4o", tariff);
            assertThat(bytes.inputTokens()).isGreaterThan(4_400);
            // eleven tokens a sentence, and what is around it at a byte each
            assertThat(counted.inputTokens()).isBetween(1_100L, 1_250L);
            assertThat(counted.certainty()).isEqualTo(Certainty.PROVEN);
            assertThat(counted.outputCap()).isEqualTo(bytes.outputCap());
        }
    }

    @Nested
    class Tiers {
        @ParameterizedTest
        @CsvSource({
            "default, 2000, 10000",
            "batch, 2000, 10000",
            "priority, 4000, 20000",
            "auto, 4000, 20000",
            "warp, 4000, 20000"
        })
        void are_priced_by_the_dearest_in_which_the_request_may_be_served(String tier, long input, long output) {
            String body = CHAT.replace("\"max_tokens\"", "\"service_tier\":\"" + tier + "\",\"max_tokens\"");
            assertThat(chat(body).chargeNanos()).isEqualTo((body.length() + FORMAT) * input + 100 * output);
        }
    }

    @Nested
    class Output {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "n":3,"max_tokens":100                             | 300
                "n":3,"max_completion_tokens":100,"max_tokens":50  | 150
                "max_output_tokens":100                            | 16000
                "a":1                                              | 16000
                "max_tokens":1000000                               | 16000
                "max_tokens":9,"prediction":{"content":""}         | 23
                """)
        void is_what_the_request_or_the_model_allows(String members, long tokens) {
            assertThat(chat("{\"model\":\"gpt-4o\"," + HELLO + "," + members + "}")
                            .output()
                            .tokens())
                    .isEqualTo(tokens);
        }

        @Test
        void of_completions_is_made_for_every_prompt() {
            String body = "{\"model\":\"gpt-4o\",\"prompt\":[\"a\",\"b\"],\"best_of\":3,\"max_tokens\":7}";
            assertThat(Asked.bound(Operation.COMPLETION, body, GPT_4O).output().tokens())
                    .isEqualTo(2 * 3 * 7);
        }

        @Test
        void that_nothing_bounds_is_unbounded_until_it_is_capped() {
            String price = "{\"model\": \"gpt-4o\", \"standard\": {\"input\": \"2\", \"output\": \"10\"}}";
            Bound bound = Asked.bound(Operation.CHAT, CHAT.replace(",\"max_tokens\":100", ""), price);
            assertThat(bound.certainty()).isEqualTo(Certainty.UNBOUNDED);
            assertThat(bound.why()).isEqualTo("neither the request nor the model bounds the output");
            assertThat(bound.tokens()).isEqualTo(Long.MAX_VALUE);
            assertThat(bound.chargeNanos()).isEqualTo(Long.MAX_VALUE);
            assertThat(bound.isCappable()).isTrue();
            assertThat(bound.withCap(5).certainty()).isEqualTo(Certainty.PROVEN);
            assertThat(bound.withCap(5).outputCap()).isEqualTo(5);
        }

        @Test
        void is_bounded_by_the_context_window_where_the_model_says_no_more() {
            String price =
                    "{\"model\": \"gpt-4o\", \"max_input\": 1000, \"standard\": {\"input\": \"2\", \"output\": \"10\"}}";
            Bound bound = Asked.bound(Operation.CHAT, CHAT.replace(",\"max_tokens\":100", ""), price);
            assertThat(bound.outputCap()).isEqualTo(1_000);
            assertThat(bound.certainty()).isEqualTo(Certainty.MODELLED);
        }

        @Test
        void may_be_spoken_and_then_costs_more() {
            String price = GPT_4O.replace("\"output\": \"10\",", "\"output\": \"10\", \"audio_output\": \"80\",");
            String body = CHAT.replace("\"max_tokens\"", "\"modalities\":[\"audio\"],\"max_tokens\"");
            assertThat(Asked.bound(Operation.CHAT, CHAT, price).chargeNanos())
                    .isEqualTo((CHAT.length() + FORMAT) * 2_000L + 100 * 10_000);
            assertThat(Asked.bound(Operation.CHAT, body, price).chargeNanos())
                    .isEqualTo((body.length() + FORMAT) * 2_000L + 100 * 80_000);
        }

        @ParameterizedTest
        @CsvSource({
            "CHAT, openai, gpt-4o, MAX_COMPLETION_TOKENS",
            "CHAT, mistral, mistral-large, MAX_TOKENS",
            "CHAT, acme, own, MAX_TOKENS",
            "COMPLETION, openai, gpt-4o, MAX_TOKENS",
            "RESPONSE, openai, gpt-4o, MAX_OUTPUT_TOKENS"
        })
        void is_capped_by_the_member_that_the_provider_takes(
                Operation operation, String provider, String model, Work.Cap member) {
            String body = "{\"model\":\"m\"," + HELLO + ",\"input\":\"a\",\"prompt\":\"a\"}";
            Bound bound =
                    new Bounds().of(operation, Asked.body(operation, body), provider, model, Asked.tariff(GPT_4O));
            assertThat(bound.output().member()).isEqualTo(member);
        }
    }

    @Nested
    class WhatIsNotText {
        @Test
        void images_are_eight_tiles_at_most_and_their_data_is_no_text() {
            String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}";
            String body = CHAT.replace("\"Hello\"", "[" + image + "," + image + "]");
            Bound bound = chat(body.formatted("A".repeat(10_000), "B".repeat(10_000)));
            assertThat(bound.inputTokens())
                    .isEqualTo(body.length() - 4 - 2 * "data:image/png;base64,".length() + FORMAT + 2 * (85 + 8 * 170));
            assertThat(bound.certainty()).isEqualTo(Certainty.MODELLED);
        }

        @Test
        void images_of_some_models_are_billed_beyond_their_context_window() {
            String image = "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.org\"}}";
            String body = CHAT.replace("\"Hello\"", "[" + image + "," + image + "," + image + "]");
            Bound bound = Asked.bound(Operation.CHAT, body, GPT_4O.replace("gpt-4o", "gpt-4o-mini"));
            assertThat(bound.inputTokens()).isEqualTo(body.length() + FORMAT + 3 * 48_169);
        }

        @Test
        void what_the_body_does_not_show_fills_the_context_window() {
            Bound bound = response("\"input\":\"a\",\"previous_response_id\":\"resp_1\",\"max_output_tokens\":9");
            assertThat(bound.inputTokens()).isEqualTo(128_000);
            assertThat(bound.certainty()).isEqualTo(Certainty.MODELLED);
            assertThat(bound.why()).isEqualTo("the model reads what the request itself does not show");
        }

        @Test
        void what_the_body_does_not_show_is_unbounded_where_the_window_is_not_known() {
            String body = "{\"model\":\"m\",\"input\":\"a\",\"conversation\":\"conv_1\",\"max_output_tokens\":9}";
            Bound bound = Asked.bound(Operation.RESPONSE, body, GPT_4O.replace("\"max_input\": 128000,", ""));
            assertThat(bound.certainty()).isEqualTo(Certainty.UNBOUNDED);
        }

        @Test
        void the_provider_s_tools_read_everything_again_after_each_call_and_cost_a_fee() {
            Bound bound = response(
                    "\"input\":\"a\",\"tools\":[{\"type\":\"web_search\"}],\"max_tool_calls\":3,\"max_output_tokens\":9");
            assertThat(bound.inputTokens()).isEqualTo(4 * 128_000);
            assertThat(bound.chargeNanos()).isEqualTo(4 * 128_000 * 2_000L + 3 * 10_000_000L + 9 * 10_000);
            assertThat(bound.certainty()).isEqualTo(Certainty.MODELLED);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"tools\":[{\"type\":\"web_search\"}]",
                    "\"tools\":[{\"type\":\"file_search\"}],\"max_tool_calls\":3",
                    "\"tools\":[{\"type\":\"mcp\"}],\"max_tool_calls\":3",
                    "\"tools\":[{\"type\":\"image_generation\"}],\"max_tool_calls\":1",
                    "\"background\":true"
                })
        void tools_without_a_bound_or_a_price_are_unbounded(String members) {
            Bound bound = response("\"input\":\"a\",\"max_output_tokens\":9," + members);
            assertThat(bound.certainty()).isEqualTo(Certainty.UNBOUNDED);
            assertThat(bound.why()).isNotEmpty();
        }
    }

    @Nested
    class OtherWork {
        @Test
        void of_embeddings_has_no_output_and_no_cap() {
            String body = "{\"model\":\"m\",\"input\":[\"a\",\"b\"]}";
            Bound bound = Asked.bound(
                    Operation.EMBEDDING,
                    body,
                    "{\"model\": \"text-embedding-3-small\", \"standard\": {\"input\": \"2\"}}");
            assertThat(bound.chargeNanos()).isEqualTo(body.length() * 2_000L);
            assertThat(bound.certainty()).isEqualTo(Certainty.PROVEN);
            assertThat(bound.isCappable()).isFalse();
        }

        @Test
        void that_is_free_is_bounded_whatever_it_takes() {
            String body = "{\"model\":\"m\",\"input\":\"a\"}";
            Bound bound = Asked.bound(
                    Operation.MODERATION,
                    body,
                    "{\"model\": \"omni\", \"standard\": {\"input\": \"0\", \"output\": \"0\"}}");
            assertThat(bound.certainty()).isEqualTo(Certainty.PROVEN);
            assertThat(bound.chargeNanos()).isZero();
            String chat = CHAT.replace(",\"max_tokens\":100", "");
            Bound open = Asked.bound(
                    Operation.CHAT,
                    chat,
                    "{\"model\": \"gpt-4o\", \"standard\": {\"input\": \"0\", \"output\": \"0\"}}");
            assertThat(open.certainty()).isEqualTo(Certainty.PROVEN);
            assertThat(open.tokenCertainty()).isEqualTo(Certainty.UNBOUNDED);
        }

        @Test
        void of_speech_is_what_its_characters_cost() {
            String body = "{\"model\":\"m\",\"input\":\"Grüße\"}";
            Bound bound = Asked.bound(
                    Operation.SPEECH, body, "{\"model\": \"tts-1\", \"standard\": {\"character\": \"15\"}}");
            assertThat(bound.chargeNanos()).isEqualTo(5 * 15_000L);
            assertThat(bound.tokens()).isZero();
            assertThat(bound.certainty()).isEqualTo(Certainty.PROVEN);
        }

        @Test
        void on_images_costs_each_of_them() {
            String body = "{\"model\":\"m\",\"prompt\":\"a\",\"n\":4}";
            assertThat(Asked.bound(
                                    Operation.IMAGE,
                                    body,
                                    "{\"model\": \"dall-e\", \"standard\": {\"image\": \"40000\"}}")
                            .chargeNanos())
                    .isEqualTo(4 * 40_000_000L);
            Bound tokens = Asked.bound(
                    Operation.IMAGE,
                    body,
                    "{\"model\": \"gpt-image-1\", \"standard\": {\"input\": \"5\", \"output\": \"10\", \"image_output\": \"40\"}}");
            assertThat(tokens.chargeNanos()).isEqualTo((body.length() + FORMAT) * 5_000L + 4 * 6_540 * 40_000L);
            assertThat(tokens.certainty()).isEqualTo(Certainty.MODELLED);
        }
    }

    @Nested
    class Extremes {
        @Test
        void saturate_and_are_never_negative() {
            String price =
                    "{\"model\": \"gpt-4o\", \"standard\": {\"input\": \"9000000000\", \"output\": \"9000000000\"}}";
            String body = CHAT.replace("100", "1099511627776").replace("\"max", "\"n\":2147483647,\"max");
            Bound bound = Asked.bound(Operation.CHAT, body, price);
            assertThat(bound.tokens()).isEqualTo(Long.MAX_VALUE);
            assertThat(bound.chargeNanos()).isEqualTo(Long.MAX_VALUE);
            assertThat(bound.fit(1_000_000, 1_000_000, 1_000)).isEqualTo(-1);
        }
    }

    private static Bound chat(String body) {
        return Asked.bound(Operation.CHAT, body, GPT_4O);
    }

    private static Bound response(String members) {
        return Asked.bound(Operation.RESPONSE, "{\"model\":\"m\"," + members + "}", GPT_4O);
    }
}
