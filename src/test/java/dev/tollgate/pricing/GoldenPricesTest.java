package dev.tollgate.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.openai.ReplyReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * From what a provider reports, in its own form, to what it bills, by the built-in prices and the provider's published
 * rules. Every figure was worked out by hand, as the line above it shows, in millionths of a dollar. The tier is named
 * where the provider names it outside of the usage.
 */
class GoldenPricesTest {
    private static final PriceBook BOOK = PriceBook.builtIn();

    @ParameterizedTest(name = "{0} {1} {2}: {4}")
    @CsvSource(delimiter = '|', textBlock = """
            # --- OpenAI: totals that have their details in them.
            # 1000 x 0.15 = 150, 200 x 0.60 = 120
            openai | gpt-4o-mini | | {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200} | 0.00027
            # 12000 - 10240 = 1760 x 1.25 = 2200, 10240 x 0.125 = 1280, 1500 x 10 = 15000
            openai | gpt-5 | default | {"prompt_tokens": 12000, "completion_tokens": 1500, "total_tokens": 13500, "prompt_tokens_details": {"cached_tokens": 10240, "audio_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 1024, "audio_tokens": 0}} | 0.01848
            # Twice that in the priority tier: 1760 x 2.50 = 4400, 10240 x 0.25 = 2560, 1500 x 20 = 30000
            openai | gpt-5 | priority | {"prompt_tokens": 12000, "completion_tokens": 1500, "prompt_tokens_details": {"cached_tokens": 10240}} | 0.03696
            # Written to the cache for minutes and for hours: 1000 x 2, 4000 x 2.50 = 10000, 1000 x 5, 10000 x 0.10 = 1000
            openai | gpt-6.1-sol | default | {"input_tokens": 16000, "input_tokens_details": {"cached_tokens": 10000, "cache_write_tokens": 5000, "cache_write_tokens_details": {"ttl_30m_tokens": 4000, "ttl_12h_tokens": 1000}}, "output_tokens": 0, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 16000} | 0.018
            # Long: 272001 x 5 = 1360005, 1000 x 22.50 = 22500
            openai | gpt-5.4 | default | {"input_tokens": 272001, "output_tokens": 1000, "total_tokens": 273001} | 1.382505
            # 600 x 2.50 = 1500, 150 x 10 = 1500
            openai | gpt-4o-transcribe | | {"type": "tokens", "input_tokens": 600, "input_token_details": {"text_tokens": 0, "audio_tokens": 600}, "output_tokens": 150, "total_tokens": 750} | 0.003
            # The sixtieth second has begun: 60 x 100 = 6000
            openai | whisper-1 | | {"type": "duration", "seconds": 59.4} | 0.006
            # 50 x 5 = 250, 300 x 10 = 3000, 4160 x 40 = 166400
            openai | gpt-image-1 | | {"input_tokens": 350, "input_tokens_details": {"text_tokens": 50, "image_tokens": 300}, "output_tokens": 4160, "output_tokens_details": {"text_tokens": 0, "image_tokens": 4160}, "total_tokens": 4510} | 0.16965

            # --- Anthropic: input without what was read from the cache or written to it.
            # 2095 x 3 = 6285, 503 x 15 = 7545
            anthropic | claude-sonnet-4-6 | | {"input_tokens": 2095, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 503, "service_tier": "standard"} | 0.01383
            # 3 x 4 = 12, 18000 x 0.20 = 3600, 2000 x 5 = 10000, 4000 x 8 = 32000, 400 x 20 = 8000, two searches 20000
            anthropic | claude-opus-5-5 | | {"input_tokens": 3, "cache_read_input_tokens": 18000, "cache_creation_input_tokens": 6000, "cache_creation": {"ephemeral_5m_input_tokens": 2000, "ephemeral_1h_input_tokens": 4000}, "output_tokens": 400, "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 1}} | 0.073612
            # A prompt of 100000, cached and written tokens included: 40000 x 0.10, 50000 x 0.01 = 500, 10000 x 0.125 = 1250, 1000 x 0.50
            anthropic | claude-haiku-5-5 | | {"input_tokens": 40000, "cache_read_input_tokens": 50000, "cache_creation_input_tokens": 10000, "output_tokens": 1000} | 0.00625
            # One more, five times as dear: 40001 x 0.50 = 20000.5, 50000 x 0.05 = 2500, 10000 x 0.625 = 6250, 1000 x 2.50
            anthropic | claude-haiku-5-5 | | {"input_tokens": 40001, "cache_read_input_tokens": 50000, "cache_creation_input_tokens": 10000, "output_tokens": 1000} | 0.0312505
            # Half of it in a batch: 10000 x 1 = 10000, 1000 x 0.05 = 50, 2000 x 5 = 10000
            anthropic | claude-sonnet-5-5 | | {"input_tokens": 10000, "cache_read_input_tokens": 1000, "output_tokens": 2000, "service_tier": "batch"} | 0.02005
            # Capacity that was bought in advance is valued as standard. 2095 x 3 = 6285, 503 x 15 = 7545
            anthropic | claude-sonnet-4-6 | | {"input_tokens": 2095, "output_tokens": 503, "service_tier": "priority"} | 0.01383
            # Twice of it in fast mode: 1000 x 8 = 8000, 100 x 40 = 4000
            anthropic | claude-opus-5-5 | | {"input_tokens": 1000, "output_tokens": 100, "service_tier": "standard", "speed": "fast"} | 0.012

            # --- Google: a prompt that has the cached tokens in it, thoughts beside the candidates.
            # 50000 x 1.25 = 62500, 150000 x 0.125 = 18750, 1500 x 10 = 15000
            google | gemini-2.5-pro | | {"promptTokenCount": 200000, "cachedContentTokenCount": 150000, "candidatesTokenCount": 1000, "thoughtsTokenCount": 500, "totalTokenCount": 201500} | 0.09625
            # Long: 50001 x 2.50 = 125002.5, 150000 x 0.25 = 37500, 1500 x 15 = 22500
            google | gemini-2.5-pro | | {"promptTokenCount": 200001, "cachedContentTokenCount": 150000, "candidatesTokenCount": 1000, "thoughtsTokenCount": 500, "totalTokenCount": 201501} | 0.1850025
            # 25 x 0.30 = 7.5, 600 x 1, 400 x 0.10 = 40, 100 x 2.50 = 250
            google | gemini-2.5-flash | | {"promptTokenCount": 1025, "cachedContentTokenCount": 400, "candidatesTokenCount": 100, "totalTokenCount": 1125, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 25}, {"modality": "AUDIO", "tokenCount": 1000}], "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 400}]} | 0.0008975
            # 100 x 0.50 = 50, 10 x 3 = 30, 1290 x 60 = 77400
            google | gemini-3.1-flash-image | | {"promptTokenCount": 100, "candidatesTokenCount": 1300, "totalTokenCount": 1400, "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}]} | 0.07748
            # 1000 x 0.375 = 375, 100 x 1.875 = 187.5
            google | gemini-3.8-flash | | {"promptTokenCount": 1000, "candidatesTokenCount": 100, "totalTokenCount": 1100, "serviceTier": "FLEX"} | 0.0005625
            # What a tool put into the prompt is input: 1000 x 0.75 = 750, 100 x 3.75 = 375
            google | gemini-3.8-flash | | {"promptTokenCount": 100, "toolUsePromptTokenCount": 900, "candidatesTokenCount": 50, "thoughtsTokenCount": 50, "totalTokenCount": 1100} | 0.001125
            # 40 x 0.20 = 8, 260 x 12 = 3120
            google | gemini-embedding-2 | | {"promptTokenCount": 300, "totalTokenCount": 300, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 40}, {"modality": "VIDEO", "tokenCount": 260}]} | 0.003128

            # --- Mistral
            # 5 x 1.36 = 6.8, 1008 x 0.14 = 141.12, 200 x 4.18 = 836
            mistral | mistral-large-4 | | {"prompt_tokens": 1013, "completion_tokens": 200, "total_tokens": 1213, "prompt_tokens_details": {"cached_tokens": 1008}} | 0.00098392
            # Audio by the second beside text. 1500 x 0.10 = 150, 100 x 0.40 = 40, 120 x 66.666666667 = 8000.00000004; rounded up
            mistral | voxtral-small-2507 | | {"prompt_audio_seconds": 120, "prompt_tokens": 1500, "completion_tokens": 100, "total_tokens": 1600} | 0.008190001

            # --- DeepSeek, at its peak hours. 952 x 1.32 = 1256.64, 2048 x 0.044 = 90.112, 500 x 3.96 = 1980
            deepseek | deepseek-v4-pro | | {"prompt_tokens": 3000, "completion_tokens": 500, "total_tokens": 3500, "prompt_cache_hit_tokens": 2048, "prompt_cache_miss_tokens": 952, "completion_tokens_details": {"reasoning_tokens": 300}} | 0.003326752

            # --- xAI. Two bills that were published with their usage: cost_in_usd_ticks are ten-billionths of a dollar.
            # 4511 x 1.25 = 5638.75, 3072 x 0.20 = 614.4, 3192 x 2.50 = 7980, three searches 15000
            xai | grok-4.3 | | {"input_tokens": 7583, "input_tokens_details": {"cached_tokens": 3072}, "output_tokens": 3192, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 10775, "cost_in_usd_ticks": 292331500, "server_side_tool_usage_details": {"web_search_calls": 0, "x_search_calls": 3, "code_interpreter_calls": 0}} | 0.02923315
            # 9118 x 1.25 = 11397.5, 3072 x 0.20 = 614.4, 4801 x 2.50 = 12002.5, five searches 25000
            xai | grok-4.3 | | {"input_tokens": 12190, "input_tokens_details": {"cached_tokens": 3072}, "output_tokens": 4801, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 16991, "cost_in_usd_ticks": 490144000, "server_side_tool_usage_details": {"web_search_calls": 0, "x_search_calls": 5, "code_interpreter_calls": 0}} | 0.0490144
            # Reasoning beside the completion: 32 x 2 = 64, 9 + 94 = 103 x 6 = 618
            xai | grok-4.7 | | {"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 135, "completion_tokens_details": {"reasoning_tokens": 94}} | 0.000682
            # Its step is reached, not passed: 199999 x 2 = 399998, 10 x 6; 200000 x 4 = 800000, 10 x 12
            xai | grok-4.7 | | {"prompt_tokens": 199999, "completion_tokens": 10, "total_tokens": 200009} | 0.400058
            xai | grok-4.7 | | {"prompt_tokens": 200000, "completion_tokens": 10, "total_tokens": 200010} | 0.80012

            # --- Groq. 464 x 0.15 = 69.6, 1536 x 0.075 = 115.2, 300 x 0.60 = 180
            groq | openai/gpt-oss-120b | on_demand | {"queue_time": 0.04, "prompt_tokens": 2000, "prompt_time": 0.01, "completion_tokens": 300, "completion_time": 0.6, "total_tokens": 2300, "prompt_tokens_details": {"cached_tokens": 1536}, "completion_tokens_details": {"reasoning_tokens": 120}} | 0.0003648
            # An hour at four cents, no finite decimal per second: 3600 x 11.111111112 = 40000.0000032; rounded up
            groq | whisper-large-v3-turbo | | {"type": "duration", "seconds": 3600} | 0.040000001

            # --- Cerebras. 1000 x 0.35 = 350, 500 x 0.75 = 375
            cerebras | gpt-oss-120b | | {"prompt_tokens": 1000, "completion_tokens": 500, "total_tokens": 1500, "prompt_tokens_details": {"cached_tokens": 0}} | 0.000725
            # --- Together. 400 x 3 = 1200, 600 x 0.30 = 180, 50 x 15 = 750
            together | moonshotai/Kimi-K3 | | {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050, "cached_tokens": 600} | 0.00213
            # --- Fireworks. 1000 x 1.75 = 1750, 100 x 5.50 = 550
            fireworks | accounts/fireworks/models/glm-5p3 | priority | {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100} | 0.0023

            # --- Cohere: what is billed. 500 x 2.50 = 1250, 200 x 10 = 2000; 3 x 2500 = 7500; 1000 x 0.12 = 120
            cohere | command-a-03-2025 | | {"billed_units": {"input_tokens": 500, "output_tokens": 200}, "tokens": {"input_tokens": 1180, "output_tokens": 200}} | 0.00325
            cohere | rerank-v4.0-pro | | {"api_version": {"version": "2"}, "billed_units": {"search_units": 3}} | 0.0075
            cohere | embed-v4.0 | | {"billed_units": {"input_tokens": 1000}} | 0.00012

            # --- Bedrock: a tenth more within a region.
            # 100 x 3.30 = 330, 20000 x 0.33 = 6600, 2000 x 4.125 = 8250, 1000 x 6.60 = 6600, 500 x 16.50 = 8250
            bedrock | us.anthropic.claude-sonnet-4-6 | | {"inputTokens": 100, "outputTokens": 500, "totalTokens": 23600, "cacheReadInputTokens": 20000, "cacheWriteInputTokens": 3000, "cacheDetails": [{"ttl": "1h", "inputTokens": 1000}, {"ttl": "5m", "inputTokens": 2000}]} | 0.03003
            # 100 x 3 = 300, 20000 x 0.30 = 6000, 2000 x 3.75 = 7500, 1000 x 6 = 6000, 500 x 15 = 7500
            bedrock | global.anthropic.claude-sonnet-4-6 | | {"inputTokens": 100, "outputTokens": 500, "totalTokens": 23600, "cacheReadInputTokens": 20000, "cacheWriteInputTokens": 3000, "cacheDetails": [{"ttl": "1h", "inputTokens": 1000}, {"ttl": "5m", "inputTokens": 2000}]} | 0.0273
            # 1000 x 0.80 = 800, 100 x 3.20 = 320
            bedrock | amazon.nova-pro-v1:0 | default | {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100} | 0.00112
            # Three quarters more in the priority tier: 1000 x 1.40 = 1400, 100 x 5.60 = 560
            bedrock | amazon.nova-pro-v1:0 | priority | {"inputTokens": 1000, "outputTokens": 100, "totalTokens": 1100} | 0.00196
            """)
    void a_reported_usage_costs_what_the_provider_bills(
            String provider, String model, @Nullable String tier, String usage, String dollars) {
        Report report = read(provider, usage);
        ModelPrice price = requireNonNull(BOOK.find(provider, model), model);

        Cost cost =
                price.costRoundedUp(report.usage().usage(), ServiceTier.ofWire(tier == null ? report.tier() : tier));

        assertThat(report.usage().trusted()).isTrue();
        assertThat(cost.money()).isEqualTo(Money.dollars(dollars));
        assertThat(cost.isExact()).isTrue();
    }

    private record Report(ReportedUsage usage, @Nullable String tier) {}

    private static Report read(String provider, String usage) {
        JsonCursor cursor = new JsonCursor(usage.getBytes(UTF_8));
        cursor.next();
        return switch (provider) {
            case "anthropic" -> {
                var reader = new dev.tollgate.wire.anthropic.UsageReader();
                reader.read(cursor);
                yield new Report(reader.usage(), reader.serviceTier());
            }
            case "google" -> {
                var reader = new dev.tollgate.wire.google.UsageReader();
                yield new Report(reader.read(cursor), reader.serviceTier());
            }
            case "cohere" -> new Report(new dev.tollgate.wire.cohere.UsageReader().read(cursor), null);
            case "bedrock" -> new Report(new dev.tollgate.wire.bedrock.UsageReader().read(cursor), null);
            default -> {
                ReplyReader reply = new ReplyReader();
                byte[] bytes = ("{\"usage\":" + usage + "}").getBytes(UTF_8);
                reply.read(bytes, 0, bytes.length);
                yield new Report(requireNonNull(reply.usage()), reply.serviceTier());
            }
        };
    }
}
