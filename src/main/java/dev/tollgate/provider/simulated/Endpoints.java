package dev.tollgate.provider.simulated;

import java.time.Clock;

/** Every path that the simulated provider knows. */
final class Endpoints {
    private Endpoints() {}

    static Routes routes(Clock clock, Ids ids, ChargeBook charges) {
        PromptCache cache = new PromptCache();
        Store store = new Store();
        ChatCompletions chat = new ChatCompletions(clock, ids, cache, store);
        Responses responses = new Responses(clock, ids, cache, store);
        return new Routes()
                .post("/v1/chat/completions", chat::create)
                .post("/v1/responses", responses::create)
                .post("/v1/responses/input_tokens", responses::inputTokens)
                .get("/v1/responses/*", responses::get)
                .delete("/v1/responses/*", responses::delete)
                .get("/v1/responses/*/input_items", responses::inputItems)
                .post("/v1/responses/*/cancel", responses::cancel)
                .post("/v1/embeddings", new Embeddings()::create)
                .get("/v1/models", Models::list)
                .get("/v1/models/*", Models::get)
                .delete("/v1/models/*", Models::delete)
                .get("/simulated/charges", _ -> Answer.json(ChargeBook.json(charges.snapshot())))
                .delete("/simulated/charges", _ -> {
                    charges.reset();
                    return Answer.json(ChargeBook.json(charges.snapshot()));
                });
    }
}
