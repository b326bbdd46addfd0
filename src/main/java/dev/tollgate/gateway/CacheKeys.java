package dev.tollgate.gateway;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.wire.json.CanonicalDigest;
import dev.tollgate.wire.openai.EmbeddingInputs;
import java.util.ArrayList;
import java.util.List;

/** Makes keys of what requests mean: equal for requests that ask the same within one scope, and for no others. */
final class CacheKeys {
    /** Another one for another way to make keys. */
    private static final String FORM = "1";

    private final CanonicalDigest digest = new CanonicalDigest(); // an event loop's own

    CacheKey of(CacheQuestion question) {
        Exchange exchange = question.exchange();
        begin(question);
        exchange.body().tell(digest, exchange.path().operation());
        return new CacheKey(question.scope(), digest.digest());
    }

    /** One key for each of what is to be embedded, the same in whatever company it comes. */
    List<CacheKey> ofItems(CacheQuestion question, EmbeddingInputs inputs) {
        begin(question);
        question.exchange().body().tellWithout("input", digest);
        byte[] all = digest.digest();
        List<CacheKey> keys = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            digest.bytes(all);
            inputs.tell(i, digest);
            keys.add(new CacheKey(question.scope(), digest.digest()));
        }
        return keys;
    }

    private void begin(CacheQuestion question) {
        Exchange exchange = question.exchange();
        digest.reset();
        digest.text(FORM)
                .text(question.scope().text())
                .number(question.policy().version())
                .text(question.wish().namespace())
                .text(exchange.path().operation().label())
                .text(exchange.query())
                .text(exchange.governed().traits().tier()) // which may stand another model in
                .text(exchange.header("x-tollgate-urgency"))
                .text(exchange.header("x-tollgate-provider"))
                .text(exchange.header("openai-beta"));
    }
}
