package dev.tollgate.pricing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests cost by the built-in prices. Every figure was worked out by hand, as the line above it shows. */
class CostTableTest {
    private static final PriceBook BOOK = PriceBook.builtIn();

    @ParameterizedTest(name = "{2} on {0} {1} costs {3}")
    @CsvSource(delimiter = '|', textBlock = """
            # Plain chat. 1000 x 0.15 = 150, 200 x 0.60 = 120; 270 millionths of a dollar
            gpt-4o-mini                | default   | input=1000 output=200                        | 0.00027
            gpt-4o-mini-2024-07-18     | default   | input=1000 output=200                        | 0.00027

            # Cached input at half price. 200 x 2.50 = 500, 800 x 1.25 = 1000, 100 x 10 = 1000
            gpt-4o                     | default   | input=200 cached_input=800 output=100        | 0.0025

            # Reasoning is output. 1000 x 2 = 2000, 50 x 8 = 400, 950 x 8 = 7600
            o3                         | default   | input=1000 output=50 reasoning=950           | 0.01

            # Flex. 1000 x 0.55 = 550, 1000 x 0.1375 = 137.5, 1000 x 2.20 = 2200
            o4-mini                    | flex      | input=1000 cached_input=1000 output=1000     | 0.0028875
            # Batch. 10000 x 0.625 = 6250, 4000 x 0.0625 = 250, 1000 x 5 = 5000
            gpt-5                      | batch     | input=10000 cached_input=4000 output=1000    | 0.0115
            # Batch without a cached price: cached input is input. 1000 x 1.25 = 1250
            gpt-4o                     | batch     | cached_input=1000                            | 0.00125
            # Priority. 1000 x 2.50 = 2500, 1000 x 20 = 20000
            gpt-5                      | priority  | input=1000 output=1000                       | 0.0225
            gpt-5                      | fast      | input=1000 output=1000                       | 0.0225
            # Ultrafast. 1000 x 12 = 12000, 100 x 60 = 6000
            gpt-6.1-sol                | ultrafast | input=1000 output=100                        | 0.018
            # A tier that nobody knows costs what the dearest one does: priority.
            gpt-5                      | warp      | input=1000 output=1000                       | 0.0225
            # A discount that the model does not have is none. 1000 x 2.50 = 2500
            gpt-4o                     | flex      | input=1000                                   | 0.0025

            # Long context, the last token below. 272000 x 2.50 = 680000, 1000 x 15 = 15000
            gpt-5.4                    | default   | input=272000 output=1000                     | 0.695
            # One token more: the whole request. 272001 x 5 = 1360005, 1000 x 22.50 = 22500
            gpt-5.4                    | default   | input=272001 output=1000                     | 1.382505
            # Cached tokens make a request long too. 2001 x 5 = 10005, 270000 x 0.50 = 135000
            gpt-5.4                    | default   | input=2001 cached_input=270000               | 0.145005
            # Output does not. 272000 x 2.50 = 680000, 128000 x 15 = 1920000
            gpt-5.4                    | default   | input=272000 output=128000                   | 2.6
            # Long batch. 300000 x 2.50 = 750000, 1000 x 11.25 = 11250
            gpt-5.4                    | batch     | input=300000 output=1000                     | 0.76125
            # Long priority has no price: the dearest of each. 300000 x 5 = 1500000, 1000 x 30 = 30000
            gpt-5.4                    | priority  | input=300000 output=1000                     | 1.53
            # Long priority with a price. 300000 x 8 = 2400000, 1000 x 30 = 30000
            gpt-6.1-sol                | priority  | input=300000 output=1000                     | 2.43

            # Cache writes. 1000 x 2 = 2000, 4000 x 2.50 = 10000, 1000 x 5 = 5000, 10000 x 0.10 = 1000
            gpt-6.1-sol                | default   | input=1000 cache_write=4000 cache_write_long=1000 cached_input=10000 | 0.018

            # Audio. 100 x 2.50 = 250, 600 x 32 = 19200, 50 x 10 = 500, 300 x 64 = 19200
            gpt-audio                  | default   | input=100 audio_input=600 output=50 audio_output=300 | 0.03915
            # Audio that was cached. 1000 x 0.40 = 400
            gpt-realtime               | default   | cached_audio_input=1000                      | 0.0004
            # Transcription by token. 600 x 2.50 = 1500, 150 x 10 = 1500
            gpt-4o-transcribe          | default   | audio_input=600 output=150                   | 0.003
            # Transcription by time: a minute. 60 x 100 = 6000
            whisper-1                  | default   | second=60                                    | 0.006
            # Speech by character. 1000 x 15 = 15000, 1000 x 30 = 30000
            tts-1                      | default   | character=1000                               | 0.015
            tts-1-hd                   | default   | character=1000                               | 0.03
            # Speech by token. 100 x 0.60 = 60, 1000 x 12 = 12000
            gpt-4o-mini-tts            | default   | input=100 audio_output=1000                  | 0.01206

            # Images. 50 x 5 = 250, 300 x 10 = 3000, 4160 x 40 = 166400
            gpt-image-1                | default   | input=50 image_input=300 image_output=4160   | 0.16965

            # Embeddings. 8 x 0.02 = 0.16; 1000 x 0.065 = 65; 1000 x 0.10 = 100
            text-embedding-3-small     | default   | input=8                                      | 0.00000016
            text-embedding-3-large     | batch     | input=1000                                   | 0.000065
            text-embedding-ada-002     | default   | input=1000                                   | 0.0001
            # Moderation is free on purpose.
            omni-moderation-latest     | default   | input=1000                                   | 0

            # Tools. 3 x 10000 = 30000; 25000 on a model that does not reason; 4 x 2500 = 10000; 30000
            gpt-5                      | default   | web_search=3                                 | 0.03
            gpt-5                      | batch     | web_search=3                                 | 0.03
            gpt-4o-search-preview      | default   | web_search=1                                 | 0.025
            gpt-5                      | default   | file_search=4                                | 0.01
            gpt-5                      | default   | code_session=1                               | 0.03

            # Fine-tuned. 1000 x 0.30 = 300, 100 x 1.20 = 120
            ft:gpt-4o-mini-2024-07-18:acme:bot:id | default | input=1000 output=100               | 0.00042

            # Parts of a nanodollar, rounded up once: 2.5 is 3, 2 x 2.5 is 5, 2.5 + 200 is 203.
            gpt-5-nano                 | batch     | cached_input=1                               | 0.000000003
            gpt-5-nano                 | batch     | cached_input=2                               | 0.000000005
            gpt-5-nano                 | batch     | cached_input=1 output=1                      | 0.000000203
            """)
    void a_usage_costs_what_the_provider_bills(String model, String tier, String usage, String dollars) {
        ModelPrice price = requireNonNull(BOOK.find("openai", model), model);

        Cost cost = price.costRoundedUp(usage(usage), ServiceTier.ofWire(tier));

        assertThat(cost.money()).isEqualTo(Money.dollars(dollars));
        assertThat(cost.isExact()).isTrue();
    }

    private static Usage usage(String counts) {
        Usage.Builder usage = Usage.builder();
        for (String count : counts.split(" ")) {
            int equals = count.indexOf('=');
            usage.set(Meter.ofLabel(count.substring(0, equals)), Long.parseLong(count.substring(equals + 1)));
        }
        return usage.build();
    }
}
