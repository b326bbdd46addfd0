package dev.tollgate.bounds;

import static dev.tollgate.bounds.Bound.saturatedProduct;
import static dev.tollgate.bounds.Bound.saturatedSum;

import dev.tollgate.kernel.Meter;
import dev.tollgate.pricing.CostLine;
import dev.tollgate.pricing.Factor;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.Rates;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.Work.ServerTool;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Works out the bound of one request; ADR 0024 gives the reasons. Used once. */
final class Reckoning {
    private static final List<Meter> TEXT_IN =
            List.of(Meter.INPUT, Meter.CACHED_INPUT, Meter.CACHE_WRITE, Meter.CACHE_WRITE_LONG);
    private static final List<Meter> TEXT_AND_IMAGES_IN = List.of(
            Meter.INPUT,
            Meter.CACHED_INPUT,
            Meter.CACHE_WRITE,
            Meter.CACHE_WRITE_LONG,
            Meter.IMAGE_INPUT,
            Meter.CACHED_IMAGE_INPUT);
    private static final List<Meter> ANYTHING_IN = of(Meter.Kind.INPUT_TOKEN);
    private static final List<Meter> UNSPOKEN_OUT = List.of(Meter.OUTPUT, Meter.REASONING, Meter.IMAGE_OUTPUT);
    private static final List<Meter> ANYTHING_OUT = of(Meter.Kind.OUTPUT_TOKEN);

    private static final List<Work.Cap> OF_COMPLETIONS = List.of(Work.Cap.MAX_TOKENS);
    private static final List<Work.Cap> OF_RESPONSES = List.of(Work.Cap.MAX_OUTPUT_TOKENS);

    /** Speech is compressed to 4 kilobits a second at the least, and providers bill ten seconds at the least. */
    private static final long SOUND_BYTES_PER_SECOND = 500;

    private static final long SECONDS_LEAST = 10;

    private final Operation operation;
    private final RequestBody body;
    private final RequestFacts facts;
    private final Work work;
    private final Family family;
    private final Tariff tariff;
    private final ServiceTier tier;
    /** The most input tokens of one prompt, or -1 where that is not known. */
    private final long window;

    private Certainty certainty = Certainty.PROVEN;
    private String why = "";
    private long toolCalls;

    Reckoning(Operation operation, RequestBody body, Family family, Tariff tariff) {
        this.operation = operation;
        this.body = body;
        this.facts = body.facts();
        this.work = facts.work();
        this.family = family;
        this.tariff = tariff;
        this.tier = ServiceTier.mostOfWire(facts.serviceTier());
        this.window = tariff.price().maxInputTokens().orElse(-1);
    }

    /** @param textTokens the most that the body's text can be */
    Bound bound(long textTokens) {
        if (facts.background()) {
            worsen(Certainty.UNBOUNDED, "the answer is made after the reply, which does not carry its cost");
        }
        boolean inTokens = isCountedInTokens();
        long input = inTokens ? input(textTokens) : 0;
        Bound.Output output = inTokens ? output() : Bound.Output.NONE;
        CostLine providerCost = line(tariff.price(), Factor.ONE, input, output);
        CostLine charge = tariff.isAtCost()
                ? providerCost
                : line(tariff.charged(), tariff.terms().factor(), input, output);
        if (output.cap() == Bound.UNKNOWN && certainty != Certainty.UNBOUNDED) {
            why = "neither the request nor the model bounds the output";
        }
        return new Bound(certainty, why, input, output, charge, providerCost);
    }

    private void worsen(Certainty to, String reason) {
        if (to.compareTo(certainty) > 0) {
            certainty = to;
            why = reason;
        }
    }

    /** Some models bill by characters, images or seconds alone. */
    private boolean isCountedInTokens() {
        Meter unit = unit();
        Rates rates = tariff.price().dearestRates(tier, 0);
        return unit == null
                || rates.price(unit).isEmpty()
                || rates.dearest(ANYTHING_IN) >= 0
                || rates.dearest(ANYTHING_OUT) >= 0;
    }

    private @Nullable Meter unit() {
        return switch (operation) {
            case SPEECH -> Meter.CHARACTER;
            case IMAGE -> Meter.IMAGE;
            case TRANSCRIPTION -> Meter.SECOND;
            default -> null;
        };
    }

    private long units() {
        return switch (operation) {
            case SPEECH -> facts.textCharacters();
            case IMAGE -> facts.choices();
            case TRANSCRIPTION -> {
                worsen(Certainty.MODELLED, "how long a sound is follows from its bytes only roughly");
                yield Math.max(SECONDS_LEAST, Math.ceilDiv(work.soundBytes(), SOUND_BYTES_PER_SECOND));
            }
            default -> 0;
        };
    }

    private long input(long textTokens) {
        if (!family.published()) {
            worsen(Certainty.MODELLED, "how the model cuts text into tokens is not published");
        }
        long text = saturatedSum(textTokens, family.requestTokens());
        if (facts.tools()) {
            worsen(Certainty.MODELLED, "how tools are written out for the model is not published");
            text = saturatedSum(text, family.toolTokens());
        }
        long media = media();
        boolean whole = work.unseen() || media < 0;
        if (work.unseen()) {
            worsen(Certainty.MODELLED, "the model reads what the request itself does not show");
        }
        if (whole && (window < 0 || operation == Operation.EMBEDDING)) {
            worsen(Certainty.UNBOUNDED, "the model reads what can't be counted, and its context window is not known");
        }
        long most = saturatedProduct(Math.max(window, 0), work.prompts());
        if (window >= 0 && operation != Operation.EMBEDDING) {
            text = whole ? most : Math.min(text, most);
        }
        long once = saturatedSum(text, Math.max(media, 0));
        return usesTools() ? withTools(saturatedSum(most, Math.max(media, 0)), once) : once;
    }

    /** Tokens of images and sounds; some providers bill more for them than the context window holds. -1 if unknown. */
    private long media() {
        long tokens = 0;
        if (work.images() > 0) {
            worsen(Certainty.MODELLED, "images are counted by the most that the provider states for one");
            if (family.imageTokens() < 0) {
                return -1;
            }
            tokens = saturatedProduct(work.images(), family.imageTokens());
        }
        if (work.soundBytes() > 0) {
            worsen(Certainty.MODELLED, "how long a sound is follows from its bytes only roughly");
            if (family.soundBytesPerToken() < 0) {
                return -1;
            }
            tokens = saturatedSum(tokens, Math.ceilDiv(work.soundBytes(), family.soundBytesPerToken()));
        }
        return tokens;
    }

    private boolean usesTools() {
        return !work.tools().isEmpty() || family.runsTools();
    }

    /** After each call of a tool the model reads all again, and what the tool found. */
    private long withTools(long whole, long once) {
        if (family.runsTools()) {
            worsen(Certainty.UNBOUNDED, "the model searches unasked, any number of times");
        } else if (operation != Operation.RESPONSE || !family.countsToolCalls()) {
            worsen(
                    Certainty.UNBOUNDED,
                    "the provider may use its tools any number of times, and takes no bound of that here; max_tool_calls"
                            + " of OpenAI's responses is one");
        } else if (work.tools().contains(ServerTool.OTHER)) {
            worsen(Certainty.UNBOUNDED, "a tool of the provider is used whose cost is not known");
        } else if (work.maxToolCalls() < 0) {
            worsen(
                    Certainty.UNBOUNDED,
                    "the provider may use its tools any number of times; max_tool_calls bounds them");
        } else if (window < 0) {
            worsen(Certainty.UNBOUNDED, "the provider uses its tools, and the model's context window is not known");
        } else {
            worsen(Certainty.MODELLED, "the provider uses its tools");
            toolCalls = work.maxToolCalls();
            return saturatedProduct(saturatedSum(toolCalls, 1), whole);
        }
        return once;
    }

    private Bound.Output output() {
        return switch (operation) {
            case CHAT -> capped(family.caps());
            case COMPLETION -> capped(OF_COMPLETIONS);
            case RESPONSE -> capped(OF_RESPONSES);
            case IMAGE -> {
                boolean stated = family.imageOutputTokens() >= 0;
                worsen(Certainty.MODELLED, "images are counted by the most that the provider states for one");
                yield new Bound.Output(0, facts.choices(), stated ? family.imageOutputTokens() : limit(), null);
            }
            case SPEECH, TRANSCRIPTION -> new Bound.Output(0, 1, limit(), null);
            default -> Bound.Output.NONE;
        };
    }

    private long limit() {
        return tariff.price().maxOutputTokens().orElse(Bound.UNKNOWN);
    }

    /** Output that the request may bound, by members of which the first is the one to add. */
    private Bound.Output capped(List<Work.Cap> members) {
        long cap = limit();
        for (int i = 0; i < members.size(); i++) {
            long asked = work.caps().of(members.get(i));
            cap = asked > 0 ? Math.min(cap, asked) : cap;
        }
        if (cap == Bound.UNKNOWN && window >= 0) {
            worsen(Certainty.MODELLED, "the output is bounded by the model's context window alone");
            cap = window;
        }
        long answers = saturatedProduct(work.prompts(), work.generations());
        return new Bound.Output(
                saturatedProduct(answers, work.predictedBytes()),
                answers,
                cap,
                body.takesCap() ? members.getFirst() : null);
    }

    private CostLine line(ModelPrice price, Factor factor, long input, Bound.Output output) {
        Rates rates = price.dearestRates(tier, input);
        CostLine line = CostLine.FREE;
        Meter unit = unit();
        if (unit != null && rates.price(unit).isPresent()) {
            line = line.plus(units(), rates.price(unit).getAsLong());
        }
        if (input > 0) {
            line = line.plus(input, priced(rates.dearest(inputs()), "input"));
        }
        for (ServerTool tool : toolCalls > 0 ? work.tools() : List.<ServerTool>of()) {
            line = line.plus(toolCalls, priced(rates.price(fee(tool)).orElse(-1), "a tool of the provider"));
        }
        if (output.choices() > 0) {
            boolean spoken = work.audioOutput() || operation == Operation.SPEECH;
            line = line.perToken(priced(rates.dearest(spoken ? ANYTHING_OUT : UNSPOKEN_OUT), "output"));
        }
        return line.times(factor);
    }

    private long priced(long price, String what) {
        if (price < 0) {
            worsen(Certainty.UNBOUNDED, "the model has no price for " + what);
        }
        return Math.max(price, 0);
    }

    private List<Meter> inputs() {
        if (work.unseen() || work.soundBytes() > 0) {
            return ANYTHING_IN;
        }
        return work.images() > 0 || usesTools() ? TEXT_AND_IMAGES_IN : TEXT_IN;
    }

    private static Meter fee(ServerTool tool) {
        return switch (tool) {
            case WEB_SEARCH -> Meter.WEB_SEARCH;
            case FILE_SEARCH -> Meter.FILE_SEARCH;
            case CODE_INTERPRETER, OTHER -> Meter.CODE_SESSION;
        };
    }

    private static List<Meter> of(Meter.Kind kind) {
        return List.of(Meter.values()).stream()
                .filter(meter -> meter.kind() == kind)
                .toList();
    }
}
