package dev.tollgate.bounds;

import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;

/**
 * Says what a request can cost at most, from what its one reading found and from prices in memory: some hundred
 * nanoseconds, no blocking. Safe for threads.
 */
public final class Bounds {
    private final Families families = Families.builtIn();

    /**
     * The bound of a request. No token of text is taken to be longer than a byte, which costs nothing to say and is about
     * four times what English has.
     *
     * @param model as the provider knows it
     * @param tariff by which it is paid
     */
    public Bound of(Operation operation, RequestBody body, String provider, String model, Tariff tariff) {
        Family family = families.of(provider, model);
        long expanded = family.expansion() == 1 ? 0 : (family.expansion() - 1L) * body.expandableBytes();
        long textTokens = body.facts().work().textBytes() + expanded;
        return new Reckoning(operation, body, family, tariff).bound(textTokens);
    }

    /** Whether {@link #counted} can be smaller than {@link #of}. */
    public boolean canCount(String provider, String model) {
        return families.of(provider, model).encoding() != null;
    }

    /** Whether the first {@link #counted} has been, which loads what it needs for about a second. */
    public boolean isReadyToCount(String provider, String model) {
        EncodingType encoding = families.of(provider, model).encoding();
        return encoding != null && TextTokens.isLoaded(encoding);
    }

    /**
     * The bound of a request whose text is cut into tokens as the model does it, where that is known; takes about a
     * millisecond for 4,000 tokens, so that it is for when {@link #of} would refuse, and not for event loops.
     */
    public Bound counted(Operation operation, RequestBody body, String provider, String model, Tariff tariff) {
        Family family = families.of(provider, model);
        if (family.encoding() == null) {
            return of(operation, body, provider, model, tariff);
        }
        return new Reckoning(operation, body, family, tariff).bound(TextTokens.most(body, family.encoding()));
    }
}
