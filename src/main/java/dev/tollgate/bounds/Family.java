package dev.tollgate.bounds;

import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.wire.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Models that count alike.
 *
 * @param provider whose models they are, or null for those of any provider
 * @param names parts of a model's name, of which one must be in it; none for any model
 * @param published whether it is known how they cut text into tokens
 * @param expansion how many bytes a byte beyond ASCII can become before text is cut
 * @param requestTokens the most that are added to every request
 * @param toolTokens the most that are added where tools are offered
 * @param imageTokens the most of one image, or -1 where it is not known
 * @param soundBytesPerToken the fewest bytes of a sound, as written in base64, that make a token, or -1
 * @param imageOutputTokens the most of one image that is made, or -1 where it is not known
 * @param caps the members by which chat takes a bound of the output, the one to add first
 * @param countsToolCalls whether {@code max_tool_calls} holds
 * @param runsTools whether they search by themselves, unasked
 * @param encoding how they cut text, where it can be done here
 */
record Family(
        @Nullable String provider,
        List<String> names,
        boolean published,
        int expansion,
        long requestTokens,
        long toolTokens,
        long imageTokens,
        long soundBytesPerToken,
        long imageOutputTokens,
        List<Work.Cap> caps,
        boolean countsToolCalls,
        boolean runsTools,
        @Nullable EncodingType encoding) {

    boolean isOf(String otherProvider, String model) {
        if (provider != null && !provider.equals(otherProvider)) {
            return false;
        }
        for (int i = 0; i < names.size(); i++) {
            if (model.contains(names.get(i))) {
                return true;
            }
        }
        return names.isEmpty();
    }
}
